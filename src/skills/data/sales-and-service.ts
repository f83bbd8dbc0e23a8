import type { SkillEntry } from '../types.js';

export const salesAndService: readonly SkillEntry[] = [
  ['Sales', ['Sales management', 'Selling', 'Sales strategy'], ['Negotiation']],
  ['Business Development', ['New business development'], ['Sales']],
  ['B2B Sales', ['B2B', 'Enterprise sales', 'Solution selling'], ['Sales']],
  ['Inside Sales', ['Cold calling', 'Telesales', 'Outbound sales'], ['Lead Generation']],
  ['Account Management', ['Key account management', 'Account manager'], ['Customer Success']],
  ['Customer Success', ['Customer success manager', 'Customer retention'], ['Account Management']],
  ['Customer Service', ['Customer support', 'Client service', 'Customer care'], ['Communication']],
  ['Retail Sales', ['Retail', 'Point of sale', 'Visual merchandising'], ['Customer Service']],
  ['Sales Operations', ['Sales enablement', 'Sales forecasting', 'Pipeline management'], ['CRM']],
  ['CRM', ['Customer relationship management'], ['Salesforce']],
  ['Salesforce', ['Salesforce CRM', 'Salesforce.com'], ['CRM']],
  ['Zendesk', ['Freshdesk', 'Intercom'], ['Customer Service']],
];
