const EIN = /^(\d{2})-?(\d{7})$/;

/** An EIN as the IRS writes it, `12-3456789`; with or without the hyphen. Undefined when it is none. */
export function normaliseTaxId(taxId: string): string | undefined {
  const match = EIN.exec(taxId.trim());
  return match ? `${match[1]}-${match[2]}` : undefined;
}

/** What may be shown of an EIN: `***-**6789`. Of anything else, nothing. */
export function maskTaxId(taxId: string): string {
  return `***-**${normaliseTaxId(taxId)?.slice(-4) ?? '****'}`;
}
