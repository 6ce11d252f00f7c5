const { readFileSync } = require('node:fs');
const postgres = require('postgres');

const [uri, query, root] = process.argv.slice(2);
const sql = postgres(uri, root ? { ssl: { ca: readFileSync(root, 'utf8') } } : {});
sql
  .unsafe(query)
  .values()
  .then((rows) => {
    console.log(rows[0][0]);
    return sql.end();
  });
