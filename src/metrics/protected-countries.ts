/**
 * Countries for which no numbers about readers or editors are published, because that might harm them.
 * Source: AQS, the countries that it leaves out of editors by country.
 */
export const PROTECTED_COUNTRIES: ReadonlySet<string> = new Set(
  (
    'AE AF AZ BH BI BY CN CU DJ EG ER ET GQ IQ IR KP KZ LA ' +
    'LY MM PK RU RW SA SD SG SO SY TH TJ TM TR UZ VE VN YE'
  ).split(' '),
);
