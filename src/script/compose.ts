import type { CatalogRoot } from '../catalog/types.js';
import { mergeBundle } from '../x509/bundle.js';
import type { Certificate } from '../x509/types.js';

/** A root that the script is to install. */
export interface ScriptRoot {
  readonly root: CatalogRoot;
  readonly certificate: Certificate;
}

/**
 * The installer with roots in it: `template` is src/script/installer.sh, whose places `@NAME@` are filled. Ids are safe
 * in a shell (`ROOT_ID` in catalog/site-root.ts), and all else stands in quoted here-documents.
 *
 * @throws {Error} where a root's text could end its here-document, which is a bug
 */
export function composeInstaller(template: string, version: string, roots: readonly ScriptRoot[]): string {
  const texts = roots.map(({ root, certificate }) => {
    const text = textOf(certificate);
    if (/^END$/m.test(text)) throw new Error(`the text of ${root.id} would end its here-document`);
    return `    ${root.id})\n      cat <<'END'\n${text}END\n      ;;`;
  });
  const places: Readonly<Record<string, string>> = {
    VERSION: version,
    ROOTS: roots.map(listed).join('\n'),
    TEXTS: texts.join('\n'),
  };
  return template.replaceAll(/@([A-Z]+)@/g, (place, name: string) => places[name] ?? place);
}

/** What `install` writes for it into an empty root.crt: its comment and its PEM. */
function textOf(certificate: Certificate): string {
  const merged = mergeBundle(null, [certificate]);
  if ('refused' in merged) throw new Error('an empty root.crt was refused');
  return Buffer.from(merged.bytes).toString('latin1');
}

function listed({ root, certificate }: ScriptRoot): string {
  const day = (date: Date): string => date.toISOString().slice(0, 10);
  const [comment = ''] = textOf(certificate).split('\n', 1);
  const name = comment.replace(/^# | \([^()]*\)$/g, '');
  return [root.id, root.sha256, day(certificate.notBefore), day(certificate.notAfter), name].join(' ');
}
