export default {
  testEnvironment: 'node',
  // The tests wait for other processes: on a busy machine that is no failure.
  testTimeout: 30_000,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // `npm run test:windows`, `npm run test:icacls` and `npm run test:standalone` run those.
  testPathIgnorePatterns: [
    '/node_modules/',
    '<rootDir>/test/windows/',
    '<rootDir>/test/icacls/',
    '<rootDir>/test/standalone/',
  ],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.cache', '<rootDir>/test/servers/parts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '\\.ts$': '<rootDir>/test/support/esbuild-transform.mjs' },
};
