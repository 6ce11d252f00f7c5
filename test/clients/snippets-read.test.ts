import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import type { ClientId } from '../../src/snippet/ids.js';
import { partsManifest } from '../support/parts.js';
import { emptyHome, hasProgram, run } from '../support/run.js';
import { fieldsOf } from './snippet-java.js';

/**
 * Snippets whose client cannot be had here: read by the language or by a parser of the format, not by the client.
 */
const NAME = 'd\'b "x" %41 #{1+1} $HOME \\t\\n {y} é;&=,';
const ROOT = 'C:\\it\'s "mine"\\root.crt';
const WANTED = { host: 'db.example.org', port: 6543, database: NAME, user: NAME, root: ROOT };

async function printed(id: ClientId) {
  const home = emptyHome();
  const quoted = `'${NAME.replace(/[\\']/g, '\\$&')}'`;
  const conninfo = `host=db.example.org port=6543 dbname=${quoted} user=${quoted}`;
  // A backslash is an ordinary character of a file's name on Unix, so that Windows' paths are tried too.
  const { status, stdout } = await run(home, ['snippet', id, conninfo, '--file', ROOT]);
  expect(status).toBe(0);
  return { home, text: stdout.trimEnd(), root: path.join(home, ROOT) };
}

const testWith = (program: string) => (hasProgram(program) ? test : test.skip);
const unless = (program: string) => (hasProgram(program) ? '' : `, but ${program} is not here`);

test('npgsql: by a parser of ADO.NET connection strings, behind a literal that C# shares with JSON', async () => {
  const { text, root } = await printed('npgsql');
  const literal = /^var connectionString = (".*");$/m.exec(text)?.[1] ?? '';
  // C#, Lexical structure, Regular string literals: of JSON's escapes only \/ is not there.
  expect(literal).not.toContain('\\/');
  const parts = createRequire(partsManifest());
  const { parse } = parts('@tediousjs/connection-string') as {
    parse: (text: string) => Iterable<[string, string]>;
  };
  expect(Object.fromEntries(parse(JSON.parse(literal) as string))).toEqual({
    host: WANTED.host,
    port: '6543',
    database: NAME,
    username: NAME,
    'ssl mode': 'VerifyFull',
    'root certificate': root,
  });
});

testWith('Rscript')(
  `rstudio: by R, with a stand-in for DBI and RPostgres${unless('Rscript')}`,
  async () => {
    const { text, home, root } = await printed('rstudio');
    const program = path.join(home, 'run.R');
    const standIn = `library <- function(...) invisible(NULL)
dbConnect <- function(driver, ...) {
  given <- list(...)
  for (name in names(given)) cat(name, "=", paste(charToRaw(enc2utf8(as.character(given[[name]]))), collapse = ""), "\\n", sep = "")
}
`;
    writeFileSync(program, standIn + text.replace('RPostgres::Postgres()', 'NULL'));
    const env = { ...process.env, LC_ALL: 'C.UTF-8' };
    const lines = execFileSync('Rscript', [program], { encoding: 'utf8', env }).trim().split('\n');
    const given = lines.map((line) => line.split('='));
    expect(
      Object.fromEntries(given.map(([name, hex = '']) => [name, Buffer.from(hex, 'hex').toString('utf8')])),
    ).toEqual({
      host: WANTED.host,
      port: '6543',
      dbname: NAME,
      user: NAME,
      sslmode: 'verify-full',
      sslrootcert: root,
    });
  },
  60_000,
);

/** As much of sqlx as the snippet uses, with the types of its documentation; it prints what it is given. */
const SQLX = `mod sqlx { pub mod postgres {
  pub enum PgSslMode { VerifyFull }
  pub struct PgConnectOptions;
  impl PgConnectOptions {
    pub fn new() -> Self { Self }
    fn say(self, name: &str, value: &str) -> Self {
      println!("{}={}", name, value.bytes().map(|b| format!("{:02x}", b)).collect::<String>()); self
    }
    pub fn host(self, host: &str) -> Self { self.say("host", host) }
    pub fn port(self, port: u16) -> Self { self.say("port", &port.to_string()) }
    pub fn database(self, database: &str) -> Self { self.say("database", database) }
    pub fn username(self, username: &str) -> Self { self.say("user", username) }
    pub fn ssl_mode(self, mode: PgSslMode) -> Self { match mode { PgSslMode::VerifyFull => self.say("mode", "verify-full") } }
    pub fn ssl_root_cert(self, cert: impl AsRef<std::path::Path>) -> Self { self.say("root", cert.as_ref().to_str().unwrap()) }
  }
  pub struct PgPool;
  impl PgPool { pub async fn connect_with(_: PgConnectOptions) -> Result<Self, ()> { Ok(Self) } }
} }
struct Idle;
impl std::task::Wake for Idle { fn wake(self: std::sync::Arc<Self>) {} }
fn main() {
  let waker = std::sync::Arc::new(Idle).into();
  let mut future = Box::pin(snippet());
  let _ = future.as_mut().poll(&mut std::task::Context::from_waker(&waker));
}
use std::future::Future;
`;

testWith('rustc')(
  `sqlx: by the Rust compiler, with a stand-in for sqlx${unless('rustc')}`,
  async () => {
    const { text, home, root } = await printed('sqlx');
    const [program, built] = [path.join(home, 'run.rs'), path.join(home, 'run')];
    const body = text.replaceAll('sqlx::postgres', 'crate::sqlx::postgres');
    writeFileSync(
      program,
      `${SQLX}async fn snippet() -> Result<(), ()> {\n${body}\nlet _ = pool; Ok(()) }\n`,
    );
    execFileSync('rustc', ['--edition', '2021', '-A', 'warnings', '-o', built, program]);
    const lines = execFileSync(built, { encoding: 'utf8' }).trim().split('\n');
    const given = lines.map((line) => line.split('='));
    expect(
      Object.fromEntries(given.map(([name, hex = '']) => [name, Buffer.from(hex, 'hex').toString('utf8')])),
    ).toEqual({ ...WANTED, port: '6543', root, mode: 'verify-full' });
  },
  60_000,
);

test('prisma, the engine before the adapters: by the parser of the URL standard, as that engine does', async () => {
  const { text, root } = await printed('prisma');
  const url = new URL(/^\/\/ {3}DATABASE_URL="(.*)"$/m.exec(text)?.[1] ?? '');
  expect(url).toMatchObject({ hostname: WANTED.host, port: '6543' });
  expect([url.username, url.pathname.slice(1)].map(decodeURIComponent)).toEqual([NAME, NAME]);
  expect(Object.fromEntries(url.searchParams)).toEqual({
    sslmode: 'require',
    sslaccept: 'strict',
    sslcert: root,
  });
});

test('power-bi: field by field', async () => {
  const { text } = await printed('power-bi');
  expect(fieldsOf(text)).toEqual({
    Server: 'db.example.org:6543',
    Database: NAME,
    'User name': NAME,
    'Use encrypted connection': 'on',
  });
});
