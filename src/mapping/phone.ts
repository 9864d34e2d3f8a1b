import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/**
 * Telephone numbers in E.164 (`+33123456789`): the form that desks demand where they validate. Of the library's sets of metadata we take the
 * smallest: it knows each country's prefixes, lengths and leading digits. The larger ones tell mobile from fixed lines as well, which nobody
 * asks here, and refuse numbers that were assigned after they were made.
 */
export function isCountry(code: string): code is CountryCode {
  return isSupportedCountry(code);
}

export type Phone =
  | { readonly ok: true; readonly number: string }
  /** `why` ends a sentence that names the value. */
  | { readonly ok: false; readonly why: string };

/** `country` (`FR`) is where a number without an international prefix belongs; without it such a number cannot be read. */
export function phoneOf(text: string, country: string | undefined): Phone {
  const here = country !== undefined && isCountry(country) ? country : undefined;
  const plain = text.trim().replace(/^tel:/i, '');
  const found = parsePhoneNumberFromString(here === undefined ? plain.replace(/^00/, '+') : plain, {
    extract: false,
    ...(here === undefined ? {} : { defaultCountry: here }),
  });
  if (found?.isValid() !== true) {
    const where = here === undefined ? 'without a country (option phoneCountry)' : `of ${here}`;
    return { ok: false, why: `it cannot be read as a telephone number ${where}` };
  }
  if (found.ext !== undefined)
    return { ok: false, why: `it has the extension ${found.ext}, which the international form (E.164) cannot hold` };
  return { ok: true, number: found.number };
}
