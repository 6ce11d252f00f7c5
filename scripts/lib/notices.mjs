import { createHash } from 'node:crypto';
import { idOf, readJson } from './packages.mjs';

/** @typedef {import('./packages.mjs').BundledPackage} BundledPackage */
/** @typedef {Pick<BundledPackage, 'name' | 'version' | 'license' | 'licenseText'>} Licensed */

/**
 * What the licences of the bundled packages ask to be passed on. A text that several share stands once.
 * @param {readonly Licensed[]} packages
 */
export function notices(packages) {
  /** @type {Map<string, Licensed[]>} */
  const byText = new Map();
  for (const each of packages) {
    const group = byText.get(each.licenseText);
    if (group) group.push(each);
    else byText.set(each.licenseText, [each]);
  }
  const sections = [...byText].map(([text, group]) => {
    const names = group.map(({ name, version, license }) => `${name} ${version} (${license})`);
    return `${'-'.repeat(78)}\n${names.join('\n')}\n\n${text}\n`;
  });
  return `pg-root-cert contains code of the packages below, each under its own licence.\n\n${sections.join('\n')}`;
}

/**
 * The bundled packages as a CycloneDX 1.6 bill of materials. It carries no time, and its serial number comes from
 * its content, so the same bundle gives the same bytes.
 * @param {readonly BundledPackage[]} packages
 */
export function sbom(packages) {
  const { name, version, license, description } = readJson('package.json');
  const refs = new Map(packages.map((each) => [idOf(each), purl(each)]));
  const product = purl({ name, version });
  const body = {
    version: 1,
    metadata: {
      lifecycles: [{ phase: 'build' }],
      component: {
        type: 'application',
        'bom-ref': product,
        name,
        version,
        description,
        ...licensed(license),
        purl: product,
      },
    },
    components: packages.map(component),
    dependencies: [
      { ref: product, dependsOn: packages.map(purl) },
      ...packages.map((each) => ({
        ref: purl(each),
        dependsOn: each.needs.flatMap((id) => refs.get(id) ?? []),
      })),
    ],
  };
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(body))}`,
    ...body,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** @param {BundledPackage} each */
function component(each) {
  const [group, name] = each.name.startsWith('@') ? each.name.split('/') : [undefined, each.name];
  return {
    type: 'library',
    'bom-ref': purl(each),
    ...(group === undefined ? {} : { group }),
    name,
    version: each.version,
    ...(each.integrity === null ? {} : { hashes: [digest(each.integrity)] }),
    ...licensed(each.license),
    purl: purl(each),
  };
}

/** @param {string} license */
const licensed = (license) => ({
  licenses: [/[ (]/.test(license) ? { expression: license } : { license: { id: license } }],
});

/** @param {{ name: string, version: string }} of */
const purl = ({ name, version }) => `pkg:npm/${name.replace('@', '%40')}@${version}`;

/** @param {string} integrity as in package-lock.json, such as `sha512-…` */
function digest(integrity) {
  const [algorithm = '', value = ''] = integrity.split('-', 2);
  return { alg: algorithm.replace(/^sha/, 'SHA-'), content: Buffer.from(value, 'base64').toString('hex') };
}

/** A UUID of version 8 (RFC 9562, section 5.8) from the SHA-256 of a text. @param {string} text */
function uuidOf(text) {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
