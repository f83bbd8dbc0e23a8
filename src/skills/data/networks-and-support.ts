import type { SkillEntry } from '../types.js';

export const networksAndSupport: readonly SkillEntry[] = [
  ['Networking', ['Computer networking', 'TCP/IP', 'Network administration'], ['Cisco']],
  ['Cisco', ['CCNA', 'CCNP', 'Cisco IOS'], ['Networking']],
  ['DNS', ['DHCP'], ['Networking']],
  ['VPN', [], ['Networking']],
  ['Active Directory', ['LDAP', 'Azure AD', 'Entra ID'], ['Windows Server']],
  ['IT Support', ['Technical support', 'Help desk', 'Helpdesk', 'Service desk', 'Desktop support'], ['ITIL']],
  ['ITIL', ['ITSM', 'IT service management'], ['ServiceNow']],
  ['ServiceNow', [], ['ITIL']],
];
