import { describe, expect, test } from '@jest/globals';
import { type CertificateOptions, makeKey } from '../../support/make-certs.js';
import { alpha, beta, intermediate, leaf, made, refusal } from './given.js';

describe('what holds no root', () => {
  test('only a leaf', async () => {
    expect(await refusal(leaf.pem, { vouched: true })).toMatchObject({
      code: 'root-not-a-ca',
      message: 'company.pem holds no root: "db.example.org" is not a certificate authority',
    });
  });

  test('an intermediate, beside a leaf', async () => {
    expect(await refusal(leaf.pem + intermediate.pem, { pins: [intermediate.sha256] })).toMatchObject({
      code: 'root-not-self-signed',
      message: 'company.pem holds no root: "Alpha Issuing CA" is an intermediate',
    });
  });
});

describe('what nothing vouches for', () => {
  test('an unknown root without a pin: the help is the command that pins it', async () => {
    const error = await refusal(alpha.pem);
    expect(error.code).toBe('fingerprint-required');
    expect(error.message).toBe(`nothing vouches for "Alpha Root" (SHA-256 ${alpha.sha256}) in company.pem`);
    expect(error.help[0]).toContain(`pg-root-cert install company.pem --sha256 ${alpha.sha256}`);
    expect(error.help[1]).toContain('pg-root-cert install company.pem --vouch');
  });

  test('two of them: both stand in the command', async () => {
    const error = await refusal(alpha.pem + beta.pem, { label: "Ann's CA.pem" });
    expect(error.message).toContain('and one more certificate in');
    expect(error.help[0]).toContain(
      `pg-root-cert install 'Ann'\\''s CA.pem' --sha256 ${alpha.sha256} --sha256 ${beta.sha256}`,
    );
  });

  test('more of them than anybody would compare', async () => {
    const many = Array.from({ length: 11 }, (_, at) => made({ subject: `Root ${at}` }).pem).join('');
    const error = await refusal(many);
    expect(error.message).toContain('and 10 more certificates in');
    expect(error.help[0]).not.toContain('pg-root-cert install');
  });

  test.each([
    ['-', 'in standard input', 'install - --sha256'],
    ['standard input', 'in standard input', 'install - --sha256'],
    ['https://u:secret@ca.example.org/r?sig=secret', 'in https://***@ca.example.org/r?sig=***', '--sha256'],
  ])('the label %s', async (label, place, command) => {
    const error = await refusal(alpha.pem, { label });
    expect(error.message).toContain(place);
    expect(error.help[0]).toContain(command);
    expect(error.help.join()).not.toContain('secret');
    expect(error.help).toHaveLength(label.startsWith('https:') ? 1 : 2);
  });
});

describe('what is not the pinned certificate', () => {
  test('another one', async () => {
    expect(await refusal(beta.pem, { pins: [alpha.sha256] })).toMatchObject({
      code: 'fingerprint-mismatch',
      message: `company.pem holds another certificate: expected SHA-256 ${alpha.sha256}, found ${beta.sha256}, "Beta Root"`,
    });
  });

  test('another one beside the pinned one', async () => {
    const error = await refusal(alpha.pem + beta.pem, { pins: [alpha.sha256] });
    expect(error).toMatchObject({
      code: 'fingerprint-mismatch',
      message: expect.stringContaining('"Beta Root"'),
    });
  });

  test('vouching does not make up for a wrong pin', async () => {
    const error = await refusal(beta.pem, { pins: [alpha.sha256], vouched: true });
    expect(error.code).toBe('fingerprint-mismatch');
  });

  test('a certificate with the name of a known root and another key', async () => {
    const impostor = made({
      subject: [
        ['C', 'US'],
        ['O', 'DigiCert Inc'],
        ['OU', 'www.digicert.com'],
        ['CN', 'DigiCert Global Root G2'],
      ],
    });
    expect((await refusal(impostor.pem)).code).toBe('fingerprint-required');
  });

  test('nothing is said of the validity of what is not pinned', async () => {
    const expired = made({ subject: 'Old', notAfter: new Date('2026-02-01T00:00:00Z'), signWith: makeKey() });
    expect((await refusal(expired.pem)).code).toBe('fingerprint-required');
    expect((await refusal(expired.pem, { pins: [alpha.sha256] })).code).toBe('fingerprint-mismatch');
  });
});

describe('a pinned certificate with one fault', () => {
  test.each<[string, Omit<CertificateOptions, 'subject'>, string, string]>([
    [
      'a wrong signature',
      { signWith: makeKey() },
      'root-signature-invalid',
      'has a self-signature that does not verify',
    ],
    ['a self-signed leaf', { ca: false }, 'root-not-a-ca', 'is not a certificate authority'],
    ['version 1', { version1: true }, 'root-not-a-ca', 'is not a certificate authority'],
    ['no keyCertSign', { keyUsage: ['cRLSign'] }, 'root-not-a-ca', 'may not sign certificates'],
    ['RSA-1024', { key: 'rsa-1024' }, 'root-weak', 'has a key weaker than RSA of 2048 bits or P-256'],
    ['expired', { notAfter: new Date('2026-11-20T23:00:00Z') }, 'root-expired', 'expired on 2026-11-20'],
    [
      'not yet valid',
      { notBefore: new Date('2027-03-01T00:00:00Z') },
      'root-not-yet-valid',
      'is not valid before 2027-03-01',
    ],
  ])('%s', async (_, options, code, fact) => {
    const { pem, sha256 } = made({ subject: 'Company Root', ...options });
    for (const given of [{ pins: [sha256] }, { vouched: true }]) {
      const error = await refusal(pem, given);
      expect(error.code).toBe(code);
      expect(error.message.startsWith('"Company Root" in company.pem ')).toBe(true);
      expect(error.message).toContain(fact);
    }
  });

  test('the gravest is the one that is told', async () => {
    const expired = { key: makeKey('rsa-1024'), ca: false, notAfter: new Date('2026-02-01T00:00:00Z') };
    const codes: string[] = [];
    for (const options of [
      { ...expired, signWith: makeKey() },
      expired,
      { ...expired, ca: true },
      { ...expired, ca: true, key: makeKey() },
    ]) {
      codes.push((await refusal(made({ subject: 'Old', ...options }).pem, { vouched: true })).code);
    }
    expect(codes).toEqual(['root-signature-invalid', 'root-not-a-ca', 'root-weak', 'root-expired']);
  });

  test('one faulty certificate refuses the whole source', async () => {
    const expired = made({ subject: 'Old', notAfter: new Date('2026-02-01T00:00:00Z') });
    const error = await refusal(alpha.pem + expired.pem, { pins: [alpha.sha256, expired.sha256] });
    expect(error.code).toBe('root-expired');
  });
});
