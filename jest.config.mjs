export default {
  testEnvironment: 'node',
  // The tests wait for other processes: on a busy machine that is no failure.
  testTimeout: 30_000,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // `npm run test:windows` and `npm run test:icacls` run those.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/windows/', '<rootDir>/test/icacls/'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.cache', '<rootDir>/test/servers/parts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '\\.ts$': '<rootDir>/test/support/esbuild-transform.mjs' },
};
