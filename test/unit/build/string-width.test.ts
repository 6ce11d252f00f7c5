import { expect, test } from '@jest/globals';
import original from 'string-width';
import stringWidth from '../../../scripts/bundle/string-width.mjs';

const TEXTS = [
  '',
  'plain --option=VALUE',
  'tab\tand\u0007bell',
  'café, cafe\u0301',
  '→ „quoted“ … ×',
  '日本語 テスト',
  '한국어',
  'ＦＵＬＬ',
  '\u001b[1mbold\u001b[22m and \u001b[38;5;196mred\u001b[0m',
  '\u001b]8;;https://example.org\u0007link\u001b]8;;\u0007',
  '🔒 🚀',
  'Ελλάδα, Россия',
  'zero\u200bwidth',
];

test.each(TEXTS)('%j is as wide as string-width says', (text) => {
  expect(stringWidth(text)).toBe(original(text));
});
