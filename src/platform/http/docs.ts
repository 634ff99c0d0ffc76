import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { dump } from 'js-yaml';
import type { Endpoints } from './bind.ts';
import type { Contract } from './contract.ts';
import { isObject, listAt } from './document.ts';

/** Nothing is loaded from, or sent to, another host. Styles are set inline by the page's own script. */
const CONTENT_SECURITY_POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'font-src': "'self'",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

/** Serves the contract as a page to read and to try out, under `/docs`. Await it before bindContract. */
export async function serveDocs(app: FastifyInstance, contract: Contract, title: string): Promise<void> {
  // Requests are tried out on this instance only; the policy above would stop any other.
  const here = listAt(contract.document, 'servers').filter(
    (server) => isObject(server) && String(server.url).startsWith('/'),
  );
  // A copy, since the plugin keeps and serves what it is given.
  const document = JSON.parse(JSON.stringify({ ...contract.document, servers: here }));
  await app.register(swagger, { mode: 'static', specification: { document } });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: CONTENT_SECURITY_POLICY,
    theme: { title },
    uiConfig: { validatorUrl: null, deepLinking: true, docExpansion: 'list', defaultModelsExpandDepth: 0 },
  });
}

/** `/openapi.yaml`: the contract in one piece, as machines read it. */
export function openApiEndpoint(contract: Contract): Endpoints {
  // Made when it is first asked for: most processes never are.
  let text: string | undefined;
  return {
    getOpenApi: () => ({
      handler: async (_request, reply) => {
        text ??= dump(contract.document, { noRefs: true });
        return reply.type('application/yaml; charset=utf-8').send(text);
      },
    }),
  };
}
