/** Where people live and jobs are, and what a year's work is paid in, against the pay in US dollars. */
export interface Place {
  readonly city: string;
  readonly timezone: string;
  readonly currency: string;
  readonly payFactor: number;
}

const place = (city: string, timezone: string, currency: string, payFactor: number): Place => ({
  city,
  timezone,
  currency,
  payFactor,
});

export const places: readonly Place[] = [
  place('Berlin, Germany', 'Europe/Berlin', 'EUR', 0.65),
  place('Amsterdam, Netherlands', 'Europe/Amsterdam', 'EUR', 0.68),
  place('Lisbon, Portugal', 'Europe/Lisbon', 'EUR', 0.45),
  place('Paris, France', 'Europe/Paris', 'EUR', 0.6),
  place('London, United Kingdom', 'Europe/London', 'GBP', 0.6),
  place('Dublin, Ireland', 'Europe/Dublin', 'EUR', 0.68),
  place('Stockholm, Sweden', 'Europe/Stockholm', 'SEK', 6.2),
  place('Warsaw, Poland', 'Europe/Warsaw', 'PLN', 2.2),
  place('Kyiv, Ukraine', 'Europe/Kyiv', 'USD', 0.45),
  place('Toronto, Canada', 'America/Toronto', 'CAD', 1.05),
  place('New York, United States', 'America/New_York', 'USD', 1.15),
  place('Austin, United States', 'America/Chicago', 'USD', 1),
  place('Denver, United States', 'America/Denver', 'USD', 0.98),
  place('São Paulo, Brazil', 'America/Sao_Paulo', 'BRL', 2.1),
  place('Nairobi, Kenya', 'Africa/Nairobi', 'USD', 0.4),
  place('Lagos, Nigeria', 'Africa/Lagos', 'USD', 0.4),
  place('Bengaluru, India', 'Asia/Kolkata', 'INR', 30),
  place('Singapore', 'Asia/Singapore', 'SGD', 1),
  place('Tokyo, Japan', 'Asia/Tokyo', 'JPY', 85),
  place('Melbourne, Australia', 'Australia/Melbourne', 'AUD', 1.15),
];
