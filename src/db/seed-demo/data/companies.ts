export const companies = [
  ...['Larkspur Health', 'Quillon Systems', 'Bramblewood Bank', 'Northwind Cartography', 'Tidepool Energy'],
  ...['Ferrous & Finch', 'Copperline Logistics', 'Halden Robotics', 'Saffron Street Foods', 'Morrow Analytics'],
  ...['Velvet Harbor Games', 'Juniper Fold', 'Aster Valley Clinic', 'Brightmere Education', 'Kestrel Mobility'],
  ...['Orchard Lane Insurance', 'Sundial Software', 'Pebblecreek Media', 'Ironwood Manufacturing', 'Lumen & Loom'],
  ...['Cobalt Ridge Security', 'Wayfarer Travel', 'Greenshoot Farms', 'Palisade Cloud', 'Marlow Retail Group'],
] as const;

export const courseProviders = [
  'Brightmere Academy',
  'Open Lantern',
  'Skillforge Institute',
  'Harbor School of Work',
  'Nine Lakes University',
] as const;
