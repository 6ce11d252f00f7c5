import { GO, RUST } from '../languages.js';
import { conninfo, libpqParameters } from '../parameters.js';
import { jsonString, rustString } from '../quoting.js';
import type { Client, Values } from '../types.js';
import { NO_GSS } from './shared.js';

const dsn = (values: Values): string => jsonString(conninfo(libpqParameters({ ...values, noGss: false })));

/** Source: pgx, pgconn.ParseConfig. */
const pgx: Client = {
  id: 'pgx',
  title: 'pgx (Go)',
  place: 'pgx 5; pgxpool.New takes the same string',
  language: GO,
  reads: {
    named: true,
    byDefault: ({ libpq }) => libpq,
    words: "by itself it reads $FILE, and under verify-full the system's roots where that is missing",
  },
  require: {
    verifies: true,
    words: 'verifies the certificate once the root file is there, as verify-ca does, but not the host name',
  },
  password: 'from ~/.pgpass (PGPASSFILE) or PGPASSWORD',
  gss: NO_GSS,
  text: (values) => `package main

import (
	"context"

	"github.com/jackc/pgx/v5"
)

func connect(ctx context.Context) (*pgx.Conn, error) {
	return pgx.Connect(ctx, ${dsn(values)})
}`,
};

/** Source: lib/pq's documentation, Connection String Parameters; its ssl.go. */
const libPq: Client = {
  id: 'lib-pq',
  title: 'lib/pq (Go)',
  place: 'database/sql',
  language: GO,
  reads: {
    named: true,
    byDefault: ({ libpq }) => libpq,
    words: 'by itself it reads $FILE since 1.12.0, and no file before',
  },
  require: {
    verifies: true,
    words: 'verifies the certificate once a root file is there, as verify-ca does, but not the host name',
  },
  password: 'from ~/.pgpass (PGPASSFILE) or PGPASSWORD',
  gss: NO_GSS,
  text: (values) => `package main

import (
	"database/sql"

	_ "github.com/lib/pq"
)

func connect() (*sql.DB, error) {
	return sql.Open("postgres", ${dsn(values)})
}`,
};

/** Source: docs.rs, sqlx::postgres::PgConnectOptions. */
const sqlx: Client = {
  id: 'sqlx',
  title: 'sqlx (Rust)',
  place: 'in an async function',
  language: RUST,
  reads: {
    named: true,
    byDefault: () => null,
    words: 'by itself it reads no file; the one that is named adds to the roots built into it',
  },
  require: { verifies: false, words: 'does not verify anything, even with the root file there' },
  password: 'from ~/.pgpass (PGPASSFILE) or PGPASSWORD',
  gss: NO_GSS,
  text: ({
    host,
    port,
    database,
    user,
    rootFile,
  }) => `use sqlx::postgres::{PgConnectOptions, PgPool, PgSslMode};

let options = PgConnectOptions::new()
    .host(${rustString(host)})
    .port(${port})
    .database(${rustString(database)})
    .username(${rustString(user)})
    .ssl_mode(PgSslMode::VerifyFull)
    .ssl_root_cert(${rustString(rootFile)});
let pool = PgPool::connect_with(options).await?;`,
};

export const COMPILED_CLIENTS = [pgx, libPq, sqlx];
