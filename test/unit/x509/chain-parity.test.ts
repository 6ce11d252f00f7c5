import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { toPem } from '../../support/make-certs.js';
import { GROUPS, judge, SECURITY_LEVEL } from './chain-cases/index.js';
import { type ChainCase, NOW, other } from './chain-cases/pki.js';

const version = spawnSync('openssl', ['version'], { encoding: 'utf8' }).stdout ?? '';
/** Verdicts that a release of 3.0 changed, with that release and what was said before. The model has the later ones. */
const CHANGED: ReadonlyMap<string, { in: number; before: string | null }> = new Map([
  ['a delta list', { in: 22, before: null }],
]);
const release = Number(/^OpenSSL 3\.0\.(\d+)/.exec(version)?.[1]);

const onOpenSsl = /^OpenSSL 3\.0\./.test(version) ? describe : describe.skip;

onOpenSsl('the verdict is that of openssl verify (needs OpenSSL 3.0 on the PATH)', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pg-root-cert-chain-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** The first error, as it is printed: `error 20 at 1 depth lookup: …`; later ones come of verify's going on. */
  function ask({ leaf, sent = [], anchors, crls, level, now }: ChainCase): string | null {
    const file = (name: string, pems: readonly string[]): string => {
      writeFileSync(join(folder, name), pems.join(''));
      return join(folder, name);
    };
    const pem = (each: { pem: string }): string => each.pem;
    // Without a certificate in it, a file can't be read.
    const lists =
      crls &&
      file('crls.pem', [...crls.map((der) => toPem(der, 'X509 CRL')), ...(crls.length ? [] : [other.pem])]);
    const { status, stderr } = spawnSync(
      'openssl',
      [
        ...['verify', '-no-CApath', '-no-CAstore', '-CAfile', file('anchors.pem', anchors.map(pem))],
        ...(sent.length > 0 ? ['-untrusted', file('sent.pem', sent.map(pem))] : []),
        ...(lists === undefined
          ? []
          : ['-crl_check', '-crl_check_all', ...(crls?.length ? ['-CRLfile', lists] : [])]),
        ...['-purpose', 'sslserver', '-auth_level', `${level ?? SECURITY_LEVEL}`],
        ...['-attime', `${Math.floor((now ?? NOW).getTime() / 1000)}`],
        file('leaf.pem', [leaf.pem]),
      ],
      { encoding: 'utf8' },
    );
    return status === 0 ? null : (/^error \d+ at \d+ depth lookup: .*$/m.exec(stderr)?.[0] ?? stderr);
  }

  describe.each(GROUPS)('%s', (_, rows) => {
    test.each(rows)('%s', (name, expected, chainCase) => {
      const { fault } = judge(chainCase);
      const printed = fault && `error ${fault.openSslCode} at ${fault.depth} depth lookup: ${fault.reason}`;
      const said = ask(chainCase);
      const change = CHANGED.get(name);
      expect(change !== undefined && release < change.in ? change.before : printed).toBe(said);
      expect(fault?.openSslCode ?? 0).toBe(expected);
    });
  });
});
