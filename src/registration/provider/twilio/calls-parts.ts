import { type Call, sidOf } from './call-end.ts';
import type { AddressInput, AddressParts, Sid, TwilioCalls } from './calls.ts';
import { newest, PAGE_SIZE, readList } from './pages.ts';
import { optional, text } from './payload.ts';

type PartCalls = Pick<
  TwilioCalls,
  | 'createEndUser'
  | 'findEndUser'
  | 'updateEndUser'
  | 'createDocument'
  | 'findDocument'
  | 'updateDocument'
  | 'createAddress'
  | 'findAddress'
  | 'fetchAddress'
  | 'updateAddress'
>;

/** What bundles are made of: end users, supporting documents, addresses. */
export function partCalls(call: Call, accountSid: string): PartCalls {
  return {
    createEndUser: (input) => call(async (sdk) => sidIn(await sdk.trusthub.v1.endUsers.create(input))),
    findEndUser: (by) =>
      call(async (sdk) => sidIf(newest(await readList(sdk.trusthub.v1.endUsers.page(ALL), alike(by))))),
    updateEndUser: (sid, attributes) =>
      call(async (sdk) => {
        await sdk.trusthub.v1.endUsers(sidOf(sid)).update({ attributes });
      }),
    createDocument: (input) =>
      call(async (sdk) => sidIn(await sdk.trusthub.v1.supportingDocuments.create(input))),
    findDocument: (by) =>
      call(async (sdk) =>
        sidIf(newest(await readList(sdk.trusthub.v1.supportingDocuments.page(ALL), alike(by)))),
      ),
    updateDocument: (sid, attributes) =>
      call(async (sdk) => {
        await sdk.trusthub.v1.supportingDocuments(sidOf(sid)).update({ attributes });
      }),
    createAddress: (input) =>
      call(async (sdk) => {
        const asked = { ...addressOf(input), isoCountry: input.isoCountry };
        return sidIn(await sdk.api.v2010.accounts(accountSid).addresses.create(asked));
      }),
    findAddress: (friendlyName) =>
      call(async (sdk) => {
        const list = sdk.api.v2010.accounts(accountSid).addresses;
        const found = await readList(
          list.page({ friendlyName, ...ALL }),
          (address) => address.friendlyName === friendlyName,
        );
        return sidIf(newest(found));
      }),
    fetchAddress: (sid) =>
      call<AddressParts | undefined>(
        async (sdk) => partsOf(await sdk.api.v2010.accounts(accountSid).addresses(sidOf(sid)).fetch()),
        { gone: () => undefined },
      ),
    updateAddress: (sid, input) =>
      call(async (sdk) => {
        await sdk.api.v2010.accounts(accountSid).addresses(sidOf(sid)).update(addressOf(input));
      }),
  };
}

const ALL = { pageSize: PAGE_SIZE };

const alike =
  (by: { readonly friendlyName: string; readonly type: string }) =>
  (found: { readonly friendlyName: string; readonly type: string }) =>
    found.friendlyName === by.friendlyName && found.type === by.type;

const sidIn = ({ sid }: Sid): Sid => ({ sid: text(sid, 'sid') });
const sidIf = (found: Sid | undefined): Sid | undefined => found && sidIn(found);

function partsOf(found: AddressParts): AddressParts {
  const { customerName, street, streetSecondary, city, region, postalCode } = found;
  return { customerName, street, ...optional('streetSecondary', streetSecondary), city, region, postalCode };
}

function addressOf(input: AddressInput) {
  const { friendlyName, customerName, street, streetSecondary, city, region, postalCode, autoCorrect } =
    input;
  return {
    friendlyName,
    customerName,
    street,
    // Sent empty too: an update would leave an old one standing.
    streetSecondary: streetSecondary ?? '',
    city,
    region,
    postalCode,
    ...(autoCorrect !== undefined && { autoCorrectAddress: autoCorrect }),
  };
}
