// Checks SARIF documents against the schema of version 2.1.0 as it was published, which a package of SARIF's authors holds.
//
//   node check.mjs FILE...
//
// One line a file: `pass NAME` or `FAIL NAME WHY`. Files whose names begin with BAD_ must be refused: they show that the
// check can fail. Exit code 1 where one is not as expected.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';

const require = createRequire(import.meta.url);
const Ajv = require('ajv');
// The schema is of an older draft, which names itself by `id`.
const ajv = new Ajv({ schemaId: 'auto', allErrors: true });
ajv.addMetaSchema(require('ajv/lib/refs/json-schema-draft-04.json'));
const validate = ajv.compile(require('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'));

let unexpected = 0;
for (const file of process.argv.slice(2)) {
  const valid = validate(JSON.parse(readFileSync(file, 'utf8')));
  const why = valid ? '' : validate.errors.slice(0, 4).map((error) => `${error.dataPath} ${error.message}`).join(' / ');
  const expected = basename(file).startsWith('BAD_') ? !valid : valid;
  if (!expected) unexpected += 1;
  console.log(expected ? 'pass' : 'FAIL', basename(file), why);
}
process.exit(unexpected === 0 ? 0 : 1);
