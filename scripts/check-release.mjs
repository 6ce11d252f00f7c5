// node scripts/check-release.mjs TAG OWNER/NAME: whether this commit may be released under TAG from that repository.
// Names what is in the way, and ends with exit code 1.
import { readFileSync } from 'node:fs';
import { inProject } from './lib/project.mjs';

const [tag = '', repository = ''] = process.argv.slice(2);
const { version, repository: named } = JSON.parse(readFileSync(inProject('package.json'), 'utf8'));
const changelog = readFileSync(inProject('CHANGELOG.md'), 'utf8');
const url = `git+https://github.com/${repository}.git`;

const problems = [
  tag === `v${version}` ? [] : [`the tag is ${tag}, but package.json says ${version}`],
  changelog.split('\n').some((line) => line.startsWith(`## [${version}] - `))
    ? []
    : [`CHANGELOG.md has no section "## [${version}] - YYYY-MM-DD"`],
  named?.url === url
    ? []
    : [
        `package.json must name the repository, or npm refuses the provenance: "repository": {"type": "git", "url": "${url}"}`,
      ],
].flat();
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
