interface UseCase {
  readonly code: string;
  readonly name: string;
  readonly description: string;
  readonly post_approval_required: boolean;
}

const POST_APPROVAL = new Set([
  'AGENTS_FRANCHISES',
  'PROXY',
  'EMERGENCY',
  'K12_EDUCATION',
  'SOCIAL',
  'SWEEPSTAKE',
]);

/** docs/twilio.md 5.4; which of them a brand may use depends on the brand. */
const CODES =
  '2FA ACCOUNT_NOTIFICATION AGENTS_FRANCHISES CHARITY PROXY CUSTOMER_CARE DELIVERY_NOTIFICATION EMERGENCY FRAUD_ALERT HIGHER_EDUCATION K12_EDUCATION LOW_VOLUME MARKETING MIXED POLITICAL POLLING_VOTING PUBLIC_SERVICE_ANNOUNCEMENT SECURITY_ALERT SOCIAL SWEEPSTAKE SOLE_PROPRIETOR'.split(
    ' ',
  );

export function isUseCase(code: string): boolean {
  return CODES.includes(code);
}

/** Use cases of a brand: a sole proprietor has one, charity needs a non-profit, politics a non-profit as well. */
export function useCasesOf(brand: {
  readonly soleProprietor: boolean;
  readonly companyType: string;
}): readonly UseCase[] {
  const nonProfit = /^non.?profit$/.test(brand.companyType);
  const codes = brand.soleProprietor
    ? ['SOLE_PROPRIETOR']
    : CODES.filter(
        (code) => code !== 'SOLE_PROPRIETOR' && (nonProfit || !['CHARITY', 'POLITICAL'].includes(code)),
      );
  return codes.map((code) => ({
    code,
    name: readable(code),
    description: `Messages of the kind ${readable(code)}`,
    post_approval_required: POST_APPROVAL.has(code),
  }));
}

function readable(code: string): string {
  return code
    .split('_')
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join(' ');
}

/** A service made for one purpose refuses campaigns of another (21719). `undeclared` and unset fit everything. */
export function clashes(serviceUseCase: string | null, campaignUseCase: string): boolean {
  const fits: Readonly<Record<string, readonly string[]>> = {
    notifications: ['ACCOUNT_NOTIFICATION', 'DELIVERY_NOTIFICATION', 'SECURITY_ALERT', 'FRAUD_ALERT'],
    marketing: ['MARKETING', 'MIXED', 'LOW_VOLUME', 'SOLE_PROPRIETOR'],
    verification: ['2FA', 'SECURITY_ALERT'],
    discussion: ['CUSTOMER_CARE', 'SOCIAL', 'MIXED', 'LOW_VOLUME', 'SOLE_PROPRIETOR'],
    poll: ['POLLING_VOTING', 'MIXED', 'LOW_VOLUME'],
  };
  const accepted = serviceUseCase === null ? undefined : fits[serviceUseCase];
  return accepted !== undefined && !accepted.includes(campaignUseCase);
}
