/** The parts of the provider that we call, by the first label of their host. */
const PRODUCTS: ReadonlySet<string> = new Set(['api', 'trusthub', 'messaging', 'events']);
const DOMAIN = '.twilio.com';

/** Product of a URL of the provider itself; undefined for any other URL. */
function productAt(url: URL): string | undefined {
  const [product = ''] = url.hostname.split('.');
  if (url.protocol !== 'https:' || url.port !== '' || url.hostname !== product + DOMAIN) return undefined;
  return PRODUCTS.has(product) ? product : undefined;
}

/**
 * The hosts that may see our credentials, as `hosts` of ProviderHttp: the provider's over https, or, with a base
 * URL (tests, a simulator), that alone. `https://api.twilio.com/X` becomes `BASE/X`, any other product's host
 * `BASE/<product>/X`; a URL below the base already, such as the next page of a list, stays as it is.
 */
export function twilioHosts(baseUrl?: string): (url: URL) => URL | undefined {
  if (baseUrl === undefined) return (url) => (productAt(url) === undefined ? undefined : url);
  const base = new URL(baseUrl);
  const root = base.pathname.replace(/\/+$/, '');
  return (url) => {
    if (url.origin === base.origin && url.pathname.startsWith(`${root}/`)) return url;
    const product = productAt(url);
    if (product === undefined) return undefined;
    const path = product === 'api' ? url.pathname : `/${product}${url.pathname}`;
    return new URL(`${base.origin}${root}${path}${url.search}`);
  };
}

/** What a URL counts as for breakers and metrics, below a base URL too. */
export function productOf(url: URL): string {
  const named = productAt(url) ?? url.pathname.split('/').find((part) => PRODUCTS.has(part));
  return named ?? 'api';
}
