const { Client } = require('pg');

const [uri, query] = process.argv.slice(2);
const client = new Client({ connectionString: uri });
client.connect().then(async () => {
  const { rows } = await client.query({ text: query, rowMode: 'array' });
  console.log(rows[0][0]);
  await client.end();
});
