/** A parameter that the API refuses at once, with the code of docs/twilio.md 8.2. */
export interface ParameterFault {
  readonly code: number;
  readonly message: string;
}

const CREATE_REQUIRED = [
  'BrandRegistrationSid',
  'Description',
  'MessageFlow',
  'MessageSamples',
  'UsAppToPersonUsecase',
  'HasEmbeddedLinks',
  'HasEmbeddedPhone',
];
const EDIT_REQUIRED = [
  'HasEmbeddedLinks',
  'MessageSamples',
  'MessageFlow',
  'Description',
  'HasEmbeddedPhone',
  'AgeGated',
  'DirectLending',
];

/** Limits of docs/twilio.md 5.3, in characters. */
const LENGTHS: readonly (readonly [name: string, least: number, most: number])[] = [
  ['Description', 40, 4096],
  ['MessageFlow', 40, 2048],
  ['MessageSamples', 20, 1024],
  ['OptInMessage', 20, 320],
  ['OptOutMessage', 20, 320],
  ['HelpMessage', 20, 320],
];
const SAMPLES = { least: 2, most: 5 };
const KEYWORDS = ['OptInKeywords', 'OptOutKeywords', 'HelpKeywords'];
const KEYWORDS_TOTAL = 255;
const BOOLEANS = ['HasEmbeddedLinks', 'HasEmbeddedPhone', 'SubscriberOptIn', 'AgeGated', 'DirectLending'];

export function createFault(form: URLSearchParams): ParameterFault | undefined {
  return missing(form, CREATE_REQUIRED) ?? lengths(form) ?? booleans(form);
}

export function editFault(form: URLSearchParams): ParameterFault | undefined {
  return missing(form, EDIT_REQUIRED) ?? lengths(form) ?? booleans(form);
}

function missing(form: URLSearchParams, names: readonly string[]): ParameterFault | undefined {
  const absent = names.filter((name) => (form.get(name) ?? '') === '');
  if (absent.length === 0) return undefined;
  return { code: 21_727, message: `Missing required parameters: ${absent.join(', ')}` };
}

function lengths(form: URLSearchParams): ParameterFault | undefined {
  const fault = (message: string) => ({ code: 21_728, message });
  const samples = form.getAll('MessageSamples');
  if (samples.length < SAMPLES.least || samples.length > SAMPLES.most) {
    return fault(`MessageSamples must have ${SAMPLES.least} to ${SAMPLES.most} items`);
  }
  for (const [name, least, most] of LENGTHS) {
    for (const value of form.getAll(name)) {
      if (value.length < least || value.length > most) {
        return fault(`${name} must have ${least} to ${most} characters`);
      }
    }
  }
  for (const name of KEYWORDS) {
    const words = form.getAll(name);
    if (words.join(',').length > KEYWORDS_TOTAL)
      return fault(`${name} must not exceed ${KEYWORDS_TOTAL} characters`);
    if (!words.every((word) => /^[a-z0-9]+$/i.test(word))) return fault(`${name} must be alphanumeric`);
  }
  return undefined;
}

function booleans(form: URLSearchParams): ParameterFault | undefined {
  for (const name of BOOLEANS) {
    const value = form.get(name);
    if (value !== null && !/^(true|false)$/i.test(value)) {
      return { code: 20_001, message: `Parameter '${name}' is not a boolean` };
    }
  }
  return undefined;
}
