import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PgRootCertError } from '../../../src/core/errors.js';
import { parseConninfo } from '../../../src/postgres/conninfo.js';
import { NEWEST_MAJOR } from '../../../src/postgres/options.js';
import {
  bareLine,
  conninfoValue,
  dotenvValue,
  jsonString,
  phpString,
  powerShellWord,
  propertyValue,
  railsString,
  rubyString,
  rustString,
  shellWord,
  uriPart,
  uriPath,
} from '../../../src/snippet/quoting.js';
import { hasProgram } from '../../support/run.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'pgrc-quoting-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Texts of what means something somewhere. NUL is in no setting. */
const piece = fc.constantFrom(
  ...'\'"\\`$%#!{}()[]<>;:=,&|*?~@ /-\n\r\t\u0001\u007f\u0085\u200b\u202e\u2028\ufeff\uffffüИ漢😀aZ09',
  ...[
    '#{1+1}',
    '#$0',
    '<%= 1 %>',
    '<%%',
    '?>',
    '$(id)',
    '$HOME',
    '%41',
    '%00',
    '\\n',
    '\\u0041',
    '//',
    'C:\\Users\\me',
  ],
);
const hostile = fc.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join(''));
const SAMPLE: readonly string[] = [
  ...fc.sample(hostile, { numRuns: 300, seed: 20_26 }),
  "it's",
  'C:\\Users\\me\\',
  '\\\\server\\share',
  ' a ',
  '<%%= 1 %>',
];

/** What a program of the language prints: each text in hexadecimal UTF-8, a line each. */
function readBack(name: string, source: string, argv: (file: string) => readonly string[]): string[] {
  const file = path.join(folder, name);
  writeFileSync(file, source);
  const [program = '', ...args] = argv(file);
  const env = { ...process.env, LC_ALL: 'C.UTF-8', GO111MODULE: 'off' };
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: 'utf8', env });
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.anything() });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => Buffer.from(line, 'hex').toString('utf8'));
}

interface Reader {
  readonly program: string;
  readonly quote: (text: string) => string;
  readonly file: string;
  readonly source: (literals: readonly string[]) => string;
  readonly argv?: (file: string) => readonly string[];
}

const READERS: Readonly<Record<string, Reader>> = {
  Python: {
    program: 'python3',
    quote: jsonString,
    file: 'a.py',
    source: (all) => `for t in [${all.join(',\n')}]:\n    print(t.encode("utf8").hex())`,
  },
  Ruby: {
    program: 'ruby',
    quote: rubyString,
    file: 'a.rb',
    source: (all) => `[${all.join(',\n')}].each { |t| puts t.encode("UTF-8").unpack1("H*") }`,
  },
  'YAML behind ERB, in Ruby': {
    program: 'ruby',
    quote: railsString,
    file: 'a2.rb',
    source: (all) => `require "yaml"; require "erb"
YAML.load(ERB.new(DATA.read.force_encoding("UTF-8")).result).each { |t| puts t.unpack1("H*") }
__END__
${all.map((each) => `- ${each}`).join('\n')}\n`,
  },
  PHP: {
    program: 'php',
    quote: phpString,
    file: 'a.php',
    source: (all) => `<?php foreach ([${all.join(',\n')}] as $t) echo bin2hex($t), "\\n";`,
  },
  Go: {
    program: 'go',
    quote: jsonString,
    file: 'a.go',
    source: (all) =>
      `package main\nimport "fmt"\nfunc main() { for _, t := range []string{${all.join(',\n')}} { fmt.Printf("%x\\n", t) } }`,
    argv: (file) => ['go', 'run', file],
  },
  Java: {
    program: 'java',
    quote: propertyValue,
    file: 'A.java',
    source: (all) => {
      writeFileSync(path.join(folder, 'a.properties'), all.map((each, at) => `${at}=${each}`).join('\n'));
      return `import java.io.*; import java.util.*; import java.nio.charset.StandardCharsets;
public class A { public static void main(String[] a) throws Exception {
  var p = new Properties(); p.load(new FileInputStream("${folder}/a.properties"));
  for (int i = 0; i < ${all.length}; i++)
    System.out.println(HexFormat.of().formatHex(p.getProperty("" + i).getBytes(StandardCharsets.UTF_8)));
} }`;
    },
  },
  Rust: {
    program: 'rustc',
    quote: rustString,
    file: 'a.rs',
    source: (all) =>
      `fn main() { for t in [${all.join(',\n')}] { for b in t.bytes() { print!("{:02x}", b); } println!(); } }`,
    argv: (file) => ['sh', '-c', 'rustc -o "$0.exe" "$0" && "$0.exe"', file],
  },
  R: {
    program: 'Rscript',
    quote: jsonString,
    file: 'a.R',
    source: (all) =>
      `for (t in c(${all.join(',\n')})) cat(paste(charToRaw(enc2utf8(t)), collapse=""), "\\n", sep="")`,
  },
  'a POSIX shell': {
    program: 'sh',
    quote: shellWord,
    file: 'a.sh',
    source: (all) =>
      `for t in ${all.join(' ')}; do printf %s "$t" | od -An -v -tx1 | tr -d ' \\n'; echo; done`,
  },
};

describe('a text reads back as it was, by the language itself', () => {
  for (const [name, { program, quote, file, source, argv }] of Object.entries(READERS)) {
    const here = hasProgram(program) ? test : test.skip;
    here(
      `${name}${hasProgram(program) ? '' : `: ${program} is not here`}`,
      () => {
        const read = readBack(file, source(SAMPLE.map(quote)), argv ?? ((at) => [program, at]));
        expect(read).toEqual(SAMPLE);
      },
      60_000,
    );
  }

  test('JavaScript', () => {
    const read = readBack(
      'a.mjs',
      `for (const t of [${SAMPLE.map(jsonString).join(',\n')}]) console.log(Buffer.from(t).toString("hex"));`,
      (at) => [process.execPath, at],
    );
    expect(read).toEqual(SAMPLE);
  });

  test('a connection string, by the rules of libpq', () => {
    for (const text of SAMPLE) {
      const read = parseConninfo(`user=a dbname=${conninfoValue(text)} host=b`, { major: NEWEST_MAJOR });
      expect(read.ok && Object.fromEntries(read.values)).toEqual({ user: 'a', dbname: text, host: 'b' });
    }
  });

  test('a URI, by the rules of libpq', () => {
    for (const text of SAMPLE) {
      const uri = `postgresql://${uriPart(text)}@b/${uriPath(text)}?options=${uriPart(text)}`;
      const read = parseConninfo(uri, { major: NEWEST_MAJOR });
      expect(read.ok && Object.fromEntries(read.values)).toEqual({
        user: text,
        dbname: text,
        host: 'b',
        options: text,
      });
    }
  });

  const held = SAMPLE.filter((text) => quoted(text) !== null);
  test('.env, by a shell and by Node, or it is refused', () => {
    expect(held.length).toBeGreaterThan(SAMPLE.length / 4);
    const lines = held.map((text, at) => `V${at}=${dotenvValue(text)}`);
    const env = path.join(folder, 'all.env');
    writeFileSync(env, `${lines.join('\n')}\n`);
    const print = `for (let i = 0; i < ${held.length}; i++) console.log(Buffer.from(process.env["V" + i]).toString("hex"));`;
    const byShell = readBack(
      'dot.sh',
      `set -a; . ${env}; set +a\nexec ${process.execPath} -e '${print}'`,
      (at) => ['sh', at],
    );
    expect(byShell).toEqual(held);
    const byNode = readBack('dot.js', print, (at) => [process.execPath, `--env-file=${env}`, at]);
    expect(byNode).toEqual(held);
  });
});

function quoted(text: string): string | null {
  try {
    return dotenvValue(text);
  } catch (error) {
    expect(error).toBeInstanceOf(PgRootCertError);
    expect(error).toMatchObject({ code: 'not-expressible' });
    return null;
  }
}

test('no sample is so that its quoted form shows what it does not hold: nothing invisible is left in it', () => {
  for (const quote of [jsonString, rubyString, rustString, propertyValue]) {
    for (const text of SAMPLE) expect(quote(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  }
});

test('PowerShell: every quote is doubled, the typographic ones too', () => {
  expect(powerShellWord("a'b’c$d`e")).toBe("'a''b’’c$d`e'");
});

test.each(['a\nb', ' a', 'a ', '', 'a\u0007'])('a line of its own cannot hold %j', (text) => {
  expect(() => bareLine('a field', text)).toThrow(expect.objectContaining({ code: 'not-expressible' }));
});
