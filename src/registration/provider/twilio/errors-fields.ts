/** The provider's names for what our specs say, spelt without case and punctuation, and where we say it. */
const FIELDS: Readonly<Record<string, string>> = {
  // Business
  businessname: 'legalName',
  companyname: 'legalName',
  legalname: 'legalName',
  legalcompanyname: 'legalName',
  businesstype: 'businessType',
  companytype: 'businessType',
  entitytype: 'businessType',
  businessindustry: 'industry',
  vertical: 'industry',
  businessregistrationnumber: 'taxId',
  businessregistrationidentifier: 'taxId',
  ein: 'taxId',
  taxid: 'taxId',
  website: 'websiteDomain',
  websiteurl: 'websiteDomain',
  brandname: 'displayName',
  displayname: 'displayName',
  brandcontactemail: 'supportEmail',
  supportemail: 'supportEmail',
  mobilephone: 'mobilePhone',
  mobilephonenumber: 'mobilePhone',
  // Representative
  firstname: 'representative.firstName',
  lastname: 'representative.lastName',
  email: 'representative.email',
  phone: 'representative.phone',
  phonenumber: 'representative.phone',
  businesstitle: 'representative.title',
  jobposition: 'representative.jobPosition',
  // Address
  address: 'address',
  addresssids: 'address',
  street: 'address.street',
  streetsecondary: 'address.street2',
  city: 'address.city',
  region: 'address.region',
  state: 'address.region',
  postalcode: 'address.postalCode',
  country: 'address.country',
  isocountry: 'address.country',
  // Campaign. The message flow is made of optInDescription unless it is overridden, and mended there.
  usapptopersonusecase: 'useCase',
  usecase: 'useCase',
  description: 'description',
  campaigndescription: 'description',
  messageflow: 'optInDescription',
  calltoaction: 'optInDescription',
  optin: 'optInDescription',
  optinmessage: 'optInDescription',
  optinkeywords: 'optInDescription',
  messagesamples: 'sampleMessages',
  samplemessages: 'sampleMessages',
  messagesample: 'sampleMessages',
  hasembeddedlinks: 'sampleMessages',
  hasembeddedphone: 'sampleMessages',
  embeddedlink: 'sampleMessages',
  embeddedphone: 'sampleMessages',
  optoutmessage: 'optOutMessage',
  optoutkeywords: 'stopHelpText',
  helpmessage: 'helpMessage',
  helpkeywords: 'stopHelpText',
  privacypolicyurl: 'privacyPolicyUrl',
  privacypolicy: 'privacyPolicyUrl',
  termsandconditionsurl: 'termsUrl',
  termsandconditions: 'termsUrl',
};

/** `sample1` ... `sample5`, `MESSAGE_SAMPLE_2`, `message_samples[0]`. */
const ONE_SAMPLE = /^(message)?samples?(message)?\d$/;

/** The field of our spec that the provider means; undefined when it names nothing of ours. */
export function ownField(theirs: string): string | undefined {
  const name = theirs.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (ONE_SAMPLE.test(name)) return 'sampleMessages';
  return Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
}
