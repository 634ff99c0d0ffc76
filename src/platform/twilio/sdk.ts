import twilio, { type Twilio } from 'twilio';
import type { ProviderRequest } from '#platform/provider-http/provider-http.ts';
import { productOf } from './hosts.ts';
import { OwnFault } from './own-fault.ts';

export interface TwilioCredentials {
  readonly accountSid: string;
  /** `AC...` with its token or `SK...` with its secret. */
  readonly username: string;
  readonly password: string;
}

/** One request of the SDK, ready for ProviderHttp: with credentials, and a form where there is one. */
export type TwilioRequest = Omit<ProviderRequest, 'signal'>;
/** What the SDK is given as an answer: a success. Whatever is none has to be thrown. */
export interface TwilioSuccess {
  readonly status: number;
  readonly body: object;
}

type SdkRequest = Parameters<twilio.RequestClient['request']>[0];

/**
 * The provider's official SDK over an HTTP client of ours: every request of it, pages of a list included, leaves by
 * `send`. The SDK repeats nothing, and reads neither the environment nor proxies.
 * @param send answers a success; what it throws comes out of the SDK's call as it is.
 * @throws OwnFault (from calls) when the SDK wants something that no call of ours is.
 */
export function createTwilioSdk(
  { accountSid, username, password }: TwilioCredentials,
  send: (request: TwilioRequest) => Promise<TwilioSuccess>,
): Twilio {
  // Edge and region are said to be none, or the SDK would look for them in the environment.
  return twilio(username, password, {
    accountSid,
    httpClient: new SdkHttp(send),
    edge: '',
    region: '',
    autoRetry: false,
  });
}

class SdkHttp extends twilio.RequestClient {
  private readonly send: (request: TwilioRequest) => Promise<TwilioSuccess>;

  constructor(send: (request: TwilioRequest) => Promise<TwilioSuccess>) {
    super();
    this.send = send;
  }

  override async request<TData>(options: SdkRequest) {
    const url = urlOf(options);
    const method = methodOf(options.method);
    const answer = await this.send({
      product: productOf(url),
      method,
      url: url.href,
      headers: headersOf(options),
      ...(method === 'POST' && { body: encoded(options.data) }),
    });
    // What is in it is the SDK's business, which says nothing of its type either.
    const body: TData = Object(answer.body);
    return { statusCode: answer.status, body, headers: {}, toString: () => '' };
  }
}

function methodOf(method: SdkRequest['method']): TwilioRequest['method'] {
  const upper = method.toUpperCase();
  if (upper === 'GET' || upper === 'POST' || upper === 'DELETE') return upper;
  throw new OwnFault(new TypeError('no call of ours has this method'));
}

function urlOf({ uri, params }: SdkRequest): URL {
  const url = new URL(uri);
  for (const [name, value] of pairs(params)) url.searchParams.append(name, value);
  return url;
}

function headersOf({ headers, username = '', password = '' }: SdkRequest): Record<string, string> {
  const basic = Buffer.from(`${username}:${password}`).toString('base64');
  return { ...headers, Authorization: `Basic ${basic}` };
}

/** A form; the name of a list is repeated for each of its items (docs/twilio.md 1.1). */
function encoded(data: unknown): string {
  return new URLSearchParams(pairs(data)).toString();
}

function pairs(data: unknown): [string, string][] {
  if (typeof data !== 'object' || data === null) return [];
  const found: [string, string][] = [];
  for (const [name, value] of Object.entries(data)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null) found.push([name, String(item)]);
    }
  }
  return found;
}
