// Reads what jest wrote with --json --outputFile and prints three numbers: passed, failed, skipped. A file of tests
// that could not be run counts as one that failed. Names what was skipped on stderr.
import { readFileSync } from 'node:fs';

const results = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
for (const { assertionResults } of results.testResults) {
  for (const { status, fullName } of assertionResults) {
    if (status === 'pending' || status === 'todo') console.error(`skipped: ${fullName}`);
  }
}
const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests, numTodoTests } = results;
console.log(numPassedTests, numFailedTests + numRuntimeErrorTestSuites, numPendingTests + numTodoTests);
