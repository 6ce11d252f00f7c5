import { describe, expect, test } from '@jest/globals';
import { othersWhoWrite, savedSddl, sidOfUser } from '../../../src/install/acl.js';

const DOMAIN = 'S-1-5-21-1111111111-2222222222-3333333333';
const ME = `${DOMAIN}-1001`;
const COLLEAGUE = `${DOMAIN}-1002`;

/**
 * The conditional entries, the resource attribute and the spelled-out rights are Microsoft's own examples; the lists of
 * profiles, of drive C:, of a service's folder and of a home on a server follow what machines show. The others were put
 * together for the rule that they are about.
 */
describe('who may write, by SDDL', () => {
  test.each([
    ['a profile as Windows makes it', `D:(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIID;FA;;;${ME})`, []],
    ['with owner and flags', `O:BAG:DUD:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;${ME})`, []],
    [
      'owner and group by SID',
      `O:${ME}G:${DOMAIN}-513D:AI(A;ID;FA;;;${ME})(A;ID;FA;;;${COLLEAGUE})`,
      [COLLEAGUE],
    ],
    ['to be inherited anew', `D:ARAI(A;ID;FA;;;BA)(A;ID;FA;;;BU)`, ['Users']],
    ['others may read', `D:AI(A;ID;FA;;;SY)(A;ID;FA;;;${ME})(A;ID;0x1200a9;;;BU)(A;ID;FR;;;WD)`, []],
    ['modify for Users', `D:AI(A;ID;FA;;;SY)(A;ID;0x1301bf;;;BU)`, ['Users']],
    ['full control for Everyone', `D:(A;;FA;;;WD)`, ['Everyone']],
    [
      'by a SID instead of an alias',
      `D:(A;;FA;;;S-1-1-0)(A;;GW;;;S-1-5-11)`,
      ['Everyone', 'Authenticated Users'],
    ],
    ['a colleague', `D:(A;;FA;;;${ME})(A;;FW;;;${COLLEAGUE})`, [COLLEAGUE]],
    ['only the right to change the list', `D:(A;;RCWD;;;BU)`, ['Users']],
    ['only the right to delete', `D:(A;;SD;;;BU)`, ['Users']],
    [
      'rights spelled out',
      `D:(A;;CCDCLCSWRPWPLOCRSDRCWDWO;;;AU)(A;;CCSWRPWPLORC;;;BU)`,
      ['Authenticated Users'],
    ],
    [
      'on drive C:, what Users may create',
      `D:PAI(A;OICIIO;SDGXGWGR;;;AU)(A;;LC;;;AU)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)`,
      ['Authenticated Users'],
    ],
    ['for entries below only', `D:(A;OICIIO;FA;;;WD)(A;OICIIO;GA;;;CO)`, []],
    ['a denial', `D:(D;;FA;;;BU)(A;;FA;;;${ME})`, []],
    ['the owner by placeholder', 'D:AI(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;FA;;;S-1-3-4)(A;ID;FA;;;OW)', []],
    [
      'administrators of the domain, on a server with homes',
      `D:PAI(A;OICI;FA;;;DA)(A;OICI;FA;;;${DOMAIN}-512)(A;OICI;FA;;;${ME})`,
      [],
    ],
    [
      'everybody of the domain',
      `D:PAI(A;OICI;FA;;;${DOMAIN}-513)(A;OICI;0x1301bf;;;DU)`,
      [`${DOMAIN}-513`, 'Domain Users'],
    ],
    [
      'a package and a capability',
      `D:AI(A;OICIID;FA;;;S-1-15-2-1)(A;OICIID;FA;;;S-1-15-3-65536-1888954469-739942743-1668119174-2468466756-4239452838-1296943325-355587736-700089176)(A;ID;FA;;;AC)`,
      [],
    ],
    [
      'a service',
      'D:AI(A;OICIID;FA;;;NS)(A;ID;FA;;;S-1-5-80-1-2-3-4-5)',
      ['Network Service', 'S-1-5-80-1-2-3-4-5'],
    ],
    [
      'under a condition',
      `D:AI(XA;OICI;FA;;;WD;(@User.Title=="PM" && (@User.Division=="Finance )" || @User.Division =="Sales")))(A;;FA;;;BU)`,
      ['Everyone', 'Users'],
    ],
    ['denied under a condition', `D:(XD;;FA;;;BU;(Member_of {SID(BA)}))(A;;FA;;;${ME})`, []],
    ['for an object type', 'D:(OA;;GW;ee914b82-0a98-11d1-adbb-00c04fd8d5cd;;BU)(OD;;GW;;;WD)', ['Users']],
    [
      'audit entries behind it',
      `D:(A;;FA;;;${ME})S:AI(AU;SAFA;FA;;;WD)(ML;;NW;;;LW)(RA;OICI;;;;WD;("Project",TS,0,"Windows","SQL"))`,
      [],
    ],
    ['no list at all', 'D:NO_ACCESS_CONTROL', ['Everyone']],
    ['no list at all, protected', 'D:PNO_ACCESS_CONTROL', ['Everyone']],
    ['an empty list lets nobody in', 'D:P', []],
  ])('%s', (_title, sddl, expected) => {
    expect(othersWhoWrite(sddl, ME)).toEqual(expected);
  });

  test.each([
    ['no DACL', 'O:BAG:DU'],
    ['nothing', ''],
    ['cut off in an entry', 'D:(A;;FA;;;BA)(A;;FA;;;W'],
    ['something else between entries', 'D:(A;;FA;;;BA) (A;;FA;;;WD)'],
    ['an entry without an account', 'D:(A;;FA)(A;;FA;;;WD)'],
    ['a quote that is never closed', 'D:(XA;;FA;;;WD;(@User.a=="x))(A;;FA;;;BU)'],
  ])('not known: %s', (_title, sddl) => {
    expect(othersWhoWrite(sddl, ME)).toBeNull();
  });

  test('a list as long as Windows permits', () => {
    const many = Array.from({ length: 1_800 }, (_, at) => `(A;ID;0x1200a9;;;${DOMAIN}-${2000 + at})`).join(
      '',
    );
    expect(othersWhoWrite(`D:AI${many}(A;ID;FA;;;BU)`, ME)).toEqual(['Users']);
  });
});

/** The form is icacls' own (a line with the name, one with the list, no mark of the encoding); these were put together. */
describe('what icacls saves', () => {
  const utf16 = (text: string) => Buffer.from(text, 'utf16le');
  const list = `D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;BU)(A;OICI;FA;;;${ME})`;

  test.each([
    ['a folder', 'postgresql'],
    ['a file', 'root.crt'],
    ['a name in Japanese', '証明書.crt'],
    ['a name that looks like SDDL', 'D(A;;FA;;;WD)'],
    ['a name with brackets and an umlaut', 'Schlüssel (alt)'],
  ])('%s', (_title, name) => {
    expect(savedSddl(utf16(`${name}\r\n${list}\r\n`))).toBe(list);
    expect(savedSddl(utf16(`\ufeff${name}\r\n${list}\r\n`))).toBe(list);
    expect(savedSddl(utf16(`${name}\n${list}`))).toBe(list);
  });

  test('nothing usable: not known', () => {
    expect(savedSddl(utf16(''))).toBeNull();
    expect(savedSddl(utf16('root.crt\r\n'))).toBeNull();
    expect(savedSddl(Buffer.from(`root.crt\r\n${list}\r\n`, 'latin1'))).toBeNull();
  });
});

describe('the SID of the user, whatever the language and code page of whoami', () => {
  test.each([
    ['CSV, English', Buffer.from(`"laptop\\me","${ME}"\r\n`)],
    [
      'CSV, a German name in code page 850',
      Buffer.from(`"laptop\\j\x81rgen m\x81ller","${ME}"\r\n`, 'latin1'),
    ],
    [
      'CSV, a Japanese name in code page 932, which has backslashes in letters',
      Buffer.concat([
        Buffer.from('"pc\\'),
        Buffer.from([0x83, 0x5c, 0x94, 0x5c]),
        Buffer.from(`","${ME}"\r\n`),
      ]),
    ],
    ['CSV, a name with a quote and a SID', Buffer.from(`"pc\\S-1-5-18""","${ME}"\r\n`)],
    [
      'a table, as Wine prints it',
      Buffer.from(
        `\r\nUSER INFORMATION\r\n----------------\r\n\r\nUser Name        SID\r\n================ ===================\r\nVM\\J\xfcrgen ${ME}\r\n`,
        'latin1',
      ),
    ],
    [
      'a table in French',
      Buffer.from(
        `\r\nInformations sur l'utilisateur\r\n------------------------------\r\n\r\nNom d'utilisateur SID\r\n================= =====\r\npc\\ren\x82          ${ME}\r\n`,
        'latin1',
      ),
    ],
  ])('%s', (_title, output) => {
    expect(sidOfUser(output)).toBe(ME);
  });

  test('SYSTEM, in German', () => {
    expect(sidOfUser(Buffer.from('"nt-autorit\x84t\\system","S-1-5-18"\r\n', 'latin1'))).toBe('S-1-5-18');
  });

  test('no answer: not known', () => {
    for (const text of ['', '\r\n', 'ERROR: Access is denied.', '"pc\\S-1-5-18","x"']) {
      expect(sidOfUser(Buffer.from(text))).toBeNull();
    }
  });
});
