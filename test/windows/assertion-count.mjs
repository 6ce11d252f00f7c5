/** A reporter for jest that says how many `expect(…)` held, in how many tests. */
export default class AssertionCount {
  /** @param {unknown} _contexts @param {import('@jest/reporters').AggregatedResult} results */
  onRunComplete(_contexts, { testResults }) {
    const tests = testResults
      .flatMap((file) => file.testResults)
      .filter(({ status }) => status !== 'pending');
    const held = tests.reduce((sum, { numPassingAsserts }) => sum + numPassingAsserts, 0);
    console.log(`${held} Windows assertions held, in ${tests.length} tests`);
  }
}
