import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { base64In } from '../../../src/x509/written-out.js';

const LINES = ['MIIC+/abcd', '//8A+bcd', '+abcd/==', ''];
const DATA = LINES.join('');

describe('the base64 of a PEM body', () => {
  test.each<[where: string, body: string]>([
    ['lines', `\n${LINES.join('\n')}`],
    ['lines of DOS', `\r\n${LINES.join('\r\n')}`],
    ['YAML, indented', `\n    ${LINES.join('\n    ')}`],
    ['mail, quoted', `\n> ${LINES.join('\n> ')}`],
    ['a comment of a script', `\n# ${LINES.join('\n# ')}`],
    ['a comment of C', `\n * ${LINES.join('\n * ')}`],
    ['JSON', `\\n${LINES.join('\\n')}`],
    ['JSON in JSON', `\\\\n${LINES.join('\\\\n')}`],
    ['JSON of PHP', `\\n${LINES.join('\\n').replaceAll('/', '\\/')}`],
    ['JSON of .NET', `\\r\\n${LINES.join('\\r\\n').replaceAll('+', '\\u002B')}`],
    ['JavaScript', `\\n' +\n  '${LINES.join("\\n' +\n  '")}`],
    ['Java', `\\n" + "${LINES.join('\\n" + "')}`],
    ['C', `\\n"\n"${LINES.join('\\n"\n"')}`],
    ['a C macro', `\\n" \\\n"${LINES.join('\\n" \\\n"')}`],
    ['PHP', `' . "\\n" . '${LINES.join('\' . "\\n" . \'')}`],
    ['Lua', `\\n" .. "${LINES.join('\\n" .. "')}`],
    ['Visual Basic', `" & _\n"${LINES.join('" & _\n"')}`],
    ['an array of lines', `",\n  "${LINES.join('",\n  "')}`],
    ['XML', `&#10;${LINES.join('&#xA;')}`],
  ])('%s', (_, body) => {
    expect(base64In(body)).toBe(DATA);
  });

  test.each(['', '...', 'MIIC!', 'MIIC=MIIC', '<b>MIIC</b>'])('nothing but that: %j', (body) => {
    expect(base64In(body)).toBeNull();
  });

  test('lines of four characters or more are never taken for glue', () => {
    const line = fc.stringMatching(/^[A-Za-z0-9+/]{4,76}$/);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), (lines) => {
        expect(base64In(`\n${lines.join('\n')}\n`)).toBe(lines.join(''));
      }),
    );
  });

  test.each([
    ['backslashes', '\\'],
    ['quotes', '"'],
    ['joins', '" + "'],
    ['escapes', '\\\\n'],
  ])('a million %s take no time', (_, text) => {
    const started = performance.now();
    base64In(text.repeat(1_000_000));
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
