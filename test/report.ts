import { writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** What a run of tests came to, as the file that `TEST_REPORT` names holds it. */
export interface TestReport {
  passed: number;
  /** Tests that failed, hooks that failed, files that could not be run, and errors outside of tests. */
  failed: number;
  skipped: SkippedTest[];
}

/** A test that did not run, and why. */
export interface SkippedTest {
  name: string;
  reason: string;
}

/** Vitest's own reporter, and where the environment asks for it a {@link TestReport}: its JSON reporter leaves the reasons out. */
export function reporters({ TEST_REPORT: file }: NodeJS.ProcessEnv): ('default' | Reporter)[] {
  return file === undefined || file === '' ? ['default'] : ['default', reportTo(file)];
}

function reportTo(file: string): Reporter {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      const report = summarize(modules);
      report.failed += unhandledErrors.length;
      writeFileSync(file, JSON.stringify(report));
    },
  };
}

function summarize(modules: readonly TestModule[]): TestReport {
  const report: TestReport = { passed: 0, failed: 0, skipped: [] };
  for (const module of modules) {
    for (const test of module.children.allTests()) count(test, report);
    // A file that does not load, or a hook that fails, is no test, and the tests behind it are not run.
    const suites = [module, ...module.children.allSuites()];
    report.failed += suites.filter((suite) => suite.errors().length > 0).length;
  }
  return report;
}

function count(test: TestCase, report: TestReport): void {
  const result = test.result();
  if (result.state === 'passed') report.passed++;
  else if (result.state === 'skipped')
    report.skipped.push({ name: test.fullName, reason: result.note ?? reasonOf(test) });
  else report.failed++;
}

/** Why a test was skipped that did not say so itself. */
function reasonOf({ options: { mode } }: TestCase): string {
  if (mode === 'todo') return 'still to be written';
  return mode === 'skip' ? 'marked so in the test file' : 'a hook before it did not pass';
}
