import type { BrandSpec, CampaignSpec } from './types.ts';

/** The texts that carriers review beside the samples. */
export interface CampaignTexts {
  /** How people come to be texted; the call to action. */
  readonly messageFlow: string;
  /** Answer to HELP. */
  readonly helpMessage: string;
  /** Answer to STOP. */
  readonly optOutMessage: string;
}

/** Providers cut keyword answers at 320 characters, two SMS segments of 160. */
const KEYWORD_ANSWER_MAX = 320;

/**
 * The reviewed texts of a campaign, composed from optInDescription, stopHelpText and the brand; an override
 * in the spec stands as it is (C21). The same specs always make the same texts: a second submission must
 * not differ from the first by accident.
 */
export function campaignTexts(spec: CampaignSpec, brand: BrandSpec): CampaignTexts {
  return {
    messageFlow: spec.messageFlow ?? messageFlow(spec),
    helpMessage: spec.helpMessage ?? helpMessage(spec, brand),
    optOutMessage: spec.optOutMessage ?? optOutMessage(brand),
  };
}

function messageFlow({ optInDescription, stopHelpText, privacyPolicyUrl, termsUrl }: CampaignSpec): string {
  return paragraph([
    optInDescription,
    'Message frequency varies. Message and data rates may apply.',
    stopHelpText,
    privacyPolicyUrl && `Privacy policy: ${privacyPolicyUrl}`,
    termsUrl && `Terms: ${termsUrl}`,
  ]);
}

/** Names the brand and a way to reach it: a HELP answer without either is refused. */
function helpMessage({ stopHelpText }: CampaignSpec, brand: BrandSpec): string {
  const { displayName, supportEmail, supportPhone, websiteDomain } = brand;
  const ways = [supportEmail, supportPhone, `https://${websiteDomain}`].filter((way) => way !== undefined);
  const contact = `${displayName}: for help with our texts, contact ${ways.join(' or ')}.`;
  const brief = `${displayName}: for help, contact ${ways[0]}. Reply STOP to opt out.`;
  return firstThatFits([paragraph([contact, stopHelpText]), `${contact} Reply STOP to opt out.`], brief);
}

function optOutMessage({ displayName }: BrandSpec): string {
  return firstThatFits(
    [
      `${displayName}: you have opted out and will receive no more texts from us. Reply START to opt in again.`,
    ],
    'You have opted out and will receive no more texts from us.',
  );
}

/** The last resort is taken as it is; a provider's declaration refuses at submit what is still too long. */
function firstThatFits(preferred: readonly string[], lastResort: string): string {
  return preferred.find((text) => text.length <= KEYWORD_ANSWER_MAX) ?? lastResort;
}

/** Sentences in a row, each with its own full stop; a URL ends without one, or the stop would join it. */
function paragraph(sentences: readonly (string | undefined)[]): string {
  return sentences
    .filter((sentence) => sentence !== undefined)
    .map((sentence) => (/[.!?]$|https?:\/\/\S*$/.test(sentence) ? sentence : `${sentence}.`))
    .join(' ');
}
