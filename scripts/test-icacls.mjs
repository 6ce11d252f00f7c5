// npm run test:icacls: the access control lists of a real Windows. Wine's icacls is a stub that says nothing, so these
// tests are for a Windows machine, and no other run counts them.
import { ensurePackages } from './lib/fresh.mjs';
import { runJest } from './lib/jest.mjs';

if (process.platform !== 'win32') {
  console.error('this needs Windows, with its own icacls');
  process.exit(2);
}
await ensurePackages();
process.exitCode = await runJest([
  '--testPathIgnorePatterns=/node_modules/',
  '--runTestsByPath',
  'test/icacls/icacls.test.ts',
  ...process.argv.slice(2),
]);
