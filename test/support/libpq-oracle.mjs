// Answers one request (JSON on stdin, JSON on stdout) with the libraries that psql itself uses. In a process of its
// own: libpq reads the environment, remembers OpenSSL's settings, and may hang.

import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';

const { manifest, library, ask, ...request } = JSON.parse(await text(process.stdin));
const koffi = createRequire(manifest)('koffi');
// Without RTLD_DEEPBIND, Node's own OpenSSL would answer the library's calls.
const native = koffi.load(library, { deep: true });
const answers = { connect, connectAll, parse, loadCaFiles };
process.stdout.write(JSON.stringify(answers[/** @type {keyof typeof answers} */ (ask)]()));

function connect() {
  return connector()(request.conninfo);
}

/** One after another, each with an environment of its own. */
function connectAll() {
  const ask = connector();
  return request.questions.map(
    (/** @type {{ conninfo: string, env: Record<string, string> }} */ question) => {
      for (const name of Object.keys(process.env)) delete process.env[name];
      Object.assign(process.env, question.env);
      return ask(question.conninfo);
    },
  );
}

function connector() {
  const connectDb = native.func('void *PQconnectdb(const char *conninfo)');
  const status = native.func('int PQstatus(void *connection)');
  const errorMessage = native.func('const char *PQerrorMessage(void *connection)');
  const sslInUse = native.func('int PQsslInUse(void *connection)');
  const needsPassword = native.func('int PQconnectionNeedsPassword(void *connection)');
  const finish = native.func('void PQfinish(void *connection)');
  const version = native.func('int PQlibVersion()');
  const clearErrors = native.func('void ERR_clear_error()');

  return (/** @type {string} */ conninfo) => {
    // What an earlier connection left in OpenSSL's queue, libpq would take for the reason of this one's failure.
    clearErrors();
    const connection = connectDb(conninfo);
    const connected = status(connection) === 0;
    const answer = {
      connected,
      message: errorMessage(connection).replace(/\n$/, ''),
      sslInUse: connected ? sslInUse(connection) === 1 : null,
      needsPassword: needsPassword(connection) === 1,
      libpqVersion: version(),
    };
    finish(connection);
    return answer;
  };
}

function parse() {
  const conninfoParse = native.func('void *PQconninfoParse(const char *conninfo, _Out_ void **error)');
  const conninfoFree = native.func('void PQconninfoFree(void *options)');
  const option = koffi.struct({
    keyword: 'str',
    envvar: 'str',
    compiled: 'str',
    val: 'str',
    label: 'str',
    dispchar: 'str',
    dispsize: 'int',
  });
  return request.conninfos.map((/** @type {string} */ conninfo) => {
    /** @type {unknown[]} */
    const error = [null];
    const list = conninfoParse(conninfo, error);
    if (list === null) {
      return { options: null, message: koffi.decode.string(error[0]).replace(/\n$/, '') };
    }
    /** @type {Record<string, string>} */
    const options = {};
    for (let offset = 0; ; offset += koffi.sizeof(option)) {
      const { keyword, val } = koffi.decode(list, offset, option);
      if (keyword === null) break;
      if (val !== null) options[keyword] = val;
    }
    conninfoFree(list);
    return { options, message: null };
  });
}

/** As libpq's `initialize_SSL` does it, with the reason that its `SSLerrmessage` would print. */
function loadCaFiles() {
  const method = native.func('void *TLS_method()')();
  const newContext = native.func('void *SSL_CTX_new(void *method)');
  const freeContext = native.func('void SSL_CTX_free(void *context)');
  const load = native.func(
    'int SSL_CTX_load_verify_locations(void *context, const char *file, const char *folder)',
  );
  const clearErrors = native.func('void ERR_clear_error()');
  const nextError = native.func('unsigned long ERR_get_error()');
  const reasonOf = native.func('const char *ERR_reason_error_string(unsigned long error)');
  return request.files.map((/** @type {string} */ file) => {
    const context = newContext(method);
    clearErrors();
    const loads = load(context, file, null) === 1;
    const reason = loads ? null : reasonOf(nextError());
    freeContext(context);
    return { loads, reason };
  });
}
