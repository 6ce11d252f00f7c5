import shared from './jest.config.mjs';

// One Windows profile serves all tests, so their files run one after another.
export default {
  ...shared,
  testMatch: ['<rootDir>/test/windows/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
  testTimeout: 180_000,
  reporters: ['default', '<rootDir>/test/windows/assertion-count.mjs'],
};
