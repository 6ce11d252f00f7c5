import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PgRootCertError } from '../../../src/core/errors.js';
import { toPem } from '../../support/make-certs.js';
import {
  alpha,
  beta,
  catalog,
  catalogued,
  intermediate,
  leaf,
  made,
  names,
  refusal,
  validate,
} from './given.js';

describe('what is accepted', () => {
  const g2 = catalogued('digicert-global-root-g2');

  test.each<[string, string | Uint8Array]>([
    ['PEM', alpha.pem],
    ['DER', alpha.der],
    ['CRLF and comments', `# our CA\r\n${alpha.pem.replaceAll('\n', '\r\n')}`],
    ['UTF-16', new Uint8Array(Buffer.from(`\ufeff${alpha.pem}`, 'utf16le'))],
    ['the same one twice, joined', alpha.pem.trimEnd() + alpha.pem],
    ['a private key beside it', alpha.privateKeyPem + alpha.pem],
  ])('%s', async (_, content) => {
    expect(await validate(content, { pins: [alpha.sha256] })).toEqual({
      accepted: [{ certificate: expect.objectContaining({ sha256: alpha.sha256 }), root: null }],
      findings: [],
    });
  });

  test('a root of the catalogue needs no pin', async () => {
    expect(await names(g2)).toEqual(['digicert-global-root-g2']);
  });

  test('a root of the catalogue beside a pinned one', async () => {
    expect(await names(g2 + alpha.pem, { pins: [alpha.sha256] })).toEqual([
      'digicert-global-root-g2',
      'Alpha Root',
    ]);
  });

  test('several, each with its pin', async () => {
    const pins = [beta.sha256, alpha.sha256];
    expect(await names(alpha.pem + beta.pem, { pins })).toEqual(['Alpha Root', 'Beta Root']);
  });

  test('what the operator answers for', async () => {
    expect(await names(alpha.pem, { vouched: true })).toEqual(['Alpha Root']);
  });

  test('whatever is not self-signed is left out, with a warning each', async () => {
    const { accepted, findings } = await validate(leaf.pem + intermediate.pem + alpha.pem, {
      pins: [alpha.sha256],
    });
    expect(accepted).toHaveLength(1);
    expect(findings).toMatchObject([
      {
        code: 'certificate-skipped',
        severity: 'warning',
        message:
          '"db.example.org" in company.pem was left out: it is the certificate of a server or a client, not a root',
      },
      {
        code: 'certificate-skipped',
        message: '"Alpha Issuing CA" in company.pem was left out: it is an intermediate, not a root',
      },
    ]);
  });

  test('a retired root, with a warning that names what took its place', async () => {
    const { accepted, findings } = await validate(catalogued('digicert-global-root-ca'));
    expect(accepted).toHaveLength(1);
    expect(findings).toMatchObject([{ code: 'root-retired', severity: 'warning' }]);
    expect(findings[0]?.help).toContainEqual({
      text: 'Adobe Experience Platform Query Service needs digicert-global-root-g2 now',
      commands: [['pg-root-cert', 'install', 'adobe']],
      safety: 'auto',
    });
  });
});

describe('what holds no certificate', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['nothing', '', 'company.pem is empty'],
    ['an HTML page', '<!DOCTYPE html><html>', 'company.pem is an HTML page, not a certificate'],
    ['a private key', alpha.privateKeyPem, 'company.pem is a private key, not a certificate'],
    [
      'a DER certificate cut off',
      alpha.der.subarray(0, -9),
      'company.pem is DER that is no certificate, or a cut-off one, not a certificate',
    ],
  ])('%s', async (_, content, message) => {
    expect(await refusal(content, { vouched: true })).toMatchObject({
      code: 'download-not-a-certificate',
      message,
    });
  });

  test('a block that cannot be read, with its line', async () => {
    const error = await refusal(`\n${alpha.pem.replace('\n', '\n!')}`);
    expect(error.code).toBe('download-not-a-certificate');
    expect(error.message).toBe(
      'company.pem is a PEM block that cannot be read, not a certificate (line 2: bad base64 decode)',
    );
  });

  test('a private key is never repeated', async () => {
    const error = await refusal(alpha.privateKeyPem);
    const [, secret = ''] = alpha.privateKeyPem.split('\n');
    expect(secret.length).toBeGreaterThan(20);
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain(secret);
  });

  test('a damaged block beside a good one is refused too', async () => {
    const error = await refusal(alpha.pem + beta.pem.replace('\n', '\n!'), { pins: [alpha.sha256] });
    expect(error.code).toBe('download-not-a-certificate');
    expect(error.message).toMatch(
      /^company\.pem is damaged: one certificate can be read, and more that cannot/,
    );
  });

  test('DER with something behind it', async () => {
    const error = await refusal(Uint8Array.of(...alpha.der, 1, 2, 3), { pins: [alpha.sha256] });
    expect(error.code).toBe('download-not-a-certificate');
  });
});

describe('the catalogue', () => {
  test('its expired roots are refused, pinned or not', async () => {
    const expired = catalog.roots.filter(({ status }) => status === 'expired');
    expect(expired.length).toBeGreaterThan(0);
    for (const { id, sha256 } of expired) {
      expect((await refusal(catalogued(id))).code).toBe('root-expired');
      expect((await refusal(catalogued(id), { pins: [sha256], vouched: true })).code).toBe('root-expired');
    }
  });

  test('a root whose status is expired is refused even by a clock that is late', async () => {
    const error = await refusal(catalogued('baltimore-cybertrust-root'), {
      now: new Date('2020-01-01T00:00:00Z'),
    });
    expect(error).toMatchObject({
      code: 'root-expired',
      message: expect.stringContaining('expired on 2025-05-12'),
    });
  });

  test('all the others are accepted', async () => {
    const rest = catalog.roots.filter(({ status }) => status !== 'expired');
    const ids = await names(rest.map(({ id }) => catalogued(id)).join(''));
    expect(ids).toEqual(rest.map(({ id }) => id));
  });
});

describe('whatever the bytes', () => {
  test('a hostile name cannot drive the terminal', async () => {
    const hostile = made({ subject: `\u001b[2J\u202eevil\n${'x'.repeat(5000)}` });
    const error = await refusal(hostile.pem);
    expect(error.message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(error.message.length).toBeLessThan(400);
  });

  test('a certificate that carries another one as PEM is taken for itself', async () => {
    const carrier = made({ subject: catalogued('digicert-global-root-g2') });
    for (const content of [carrier.der, toPem(carrier.der)]) {
      const error = await refusal(content);
      expect(error.code).toBe('fingerprint-required');
      expect(error.message).toContain(carrier.sha256);
    }
  });

  test('random bytes and torn PEM: one typed refusal', async () => {
    const bytes = fc.uint8Array({ maxLength: 300 });
    const torn = fc
      .tuple(fc.nat(alpha.pem.length), fc.nat(alpha.pem.length), fc.string({ maxLength: 5 }))
      .map(([from, to, put]) => Buffer.from(alpha.pem.slice(0, from) + put + alpha.pem.slice(to), 'utf8'));
    await fc.assert(
      fc.asyncProperty(fc.oneof(bytes, torn), async (content) => {
        const outcome: unknown = await validate(content).catch((error: unknown) => error);
        expect(outcome).toBeInstanceOf(PgRootCertError);
      }),
      { numRuns: 300 },
    );
  });
});
