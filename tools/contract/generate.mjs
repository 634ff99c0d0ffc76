/**
 * Checks each contract against the OpenAPI 3.1 meta-schema and writes its TypeScript types.
 * `--check` writes nothing and fails when a generated file is not what its contract says.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Validator } from '@seriousme/openapi-schema-validator';
import openapiTS, { astToString } from 'openapi-typescript';
import { readDocument } from '../../src/platform/http/document.ts';

const root = new URL('../../', import.meta.url);
const CONTRACTS = [
  {
    contract: 'contracts/registration.yaml',
    types: 'src/registration/contract.gen.ts',
    handlers: inTransaction,
  },
  {
    contract: 'contracts/provisioning.yaml',
    types: 'src/provisioning/contract.gen.ts',
    handlers: withoutTenant,
  },
];

process.exitCode = await main(process.argv.includes('--check'));

async function main(checkOnly) {
  let faults = 0;
  for (const { contract, types, handlers } of CONTRACTS) {
    const document = readDocument(fileURLToPath(new URL(contract, root)));
    // Both tools write into what they are given.
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    if (!valid) {
      faults += 1;
      console.error(`${contract} is not valid OpenAPI:\n${JSON.stringify(errors, null, 2)}`);
      continue;
    }
    const text = await typesOf(document, contract, handlers);
    const target = new URL(types, root);
    if (!checkOnly) {
      await writeFile(target, text);
      console.log(`${types} written`);
    } else if ((await readFile(target, 'utf8').catch(() => '')) === text) {
      console.log(`${types} is what ${contract} says`);
    } else {
      faults += 1;
      console.error(`${types} is not what ${contract} says; run: npm run contract:types`);
    }
  }
  return faults === 0 ? 0 : 1;
}

async function typesOf(document, contract, handlers) {
  // Fields with a default stay optional: a client may leave them out, and validation fills them in.
  const ast = await openapiTS(structuredClone(document), { immutable: true, defaultNonNullable: false });
  return `// Made from ${contract} by tools/contract. Do not edit: npm run contract:types
import type * as http from '#platform/http/operation.ts';

${astToString(ast)}
export type Schemas = components['schemas'];
/** What the service answers about itself, without a token. */
export type ServiceOperationId = ${serviceOperations(document)
    .map((id) => `'${id}'`)
    .join(' | ')};
export type OperationId = Exclude<keyof operations, ServiceOperationId>;
${handlers()}`;
}

/** Handlers that work in a tenant's transaction. */
function inTransaction() {
  return `export type OperationRequest<Id extends OperationId> = http.OperationRequest<operations[Id]>;
export type OperationAnswer<Id extends OperationId> = http.OperationAnswer<operations[Id]>;
export type OperationHandler<Id extends OperationId> = http.OperationHandler<operations[Id]>;
export type OperationHandlers = { readonly [Id in OperationId]: OperationHandler<Id> };
`;
}

/** Neither tenant nor transaction: what else a handler is given is the service's affair. */
function withoutTenant() {
  return `export type OperationParts<Id extends OperationId> = http.OperationParts<operations[Id]>;
export type OperationAnswer<Id extends OperationId> = http.OperationAnswer<operations[Id]>;
`;
}

/** Operations that need no token. */
function serviceOperations(document) {
  return Object.values(document.paths)
    .flatMap((item) => Object.values(item))
    .filter((operation) => operation.operationId && operation.security?.length === 0)
    .map((operation) => operation.operationId);
}
