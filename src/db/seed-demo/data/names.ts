/** 50 and 47, which share no divisor: walking both lists side by side gives 2,350 different names. */
export const firstNames = [
  ...['Amara', 'Luca', 'Priya', 'Jonas', 'Mei', 'Diego', 'Fatima', 'Oscar', 'Hana', 'Kwame'],
  ...['Sofia', 'Noah', 'Leila', 'Mateo', 'Ingrid', 'Tariq', 'Chloe', 'Andrei', 'Zuri', 'Henrik'],
  ...['Ana', 'Samuel', 'Yuki', 'Rafael', 'Elena', 'Omar', 'Nina', 'Viktor', 'Grace', 'Arjun'],
  ...['Camille', 'Dmytro', 'Aisha', 'Felix', 'Marta', 'Kenji', 'Olivia', 'Emeka', 'Julia', 'Pavel'],
  ...['Thandi', 'Hugo', 'Nadia', 'Liam', 'Carmen', 'Bilal', 'Freya', 'Minh', 'Rosa', 'Tomas'],
] as const;

export const lastNames = [
  ...['Okafor', 'Bianchi', 'Sharma', 'Weber', 'Chen', 'Morales', 'Haddad', 'Lindqvist', 'Tanaka', 'Mensah'],
  ...['Duarte', 'Fischer', 'Rahimi', 'Castillo', 'Berg', 'Malik', 'Laurent', 'Popescu', 'Ndlovu', 'Nielsen'],
  ...['Kovac', 'Brooks', 'Sato', 'Almeida', 'Petrova', 'Farouk', 'Novak', 'Larsen', 'Adeyemi', 'Iyer'],
  ...['Moreau', 'Shevchenko', 'Yusuf', 'Keller', 'Zielinska', 'Mori', 'Bennett', 'Eze', 'Hoffmann', 'Svoboda'],
  ...['Dlamini', 'Girard', 'Karimi', 'Murphy', 'Vega', 'Qureshi', 'Nguyen'],
] as const;
