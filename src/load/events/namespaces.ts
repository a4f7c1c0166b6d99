/** MediaWiki's canonical names of namespaces, by number. Every wiki knows them besides its own names. */
const CANONICAL: Readonly<Record<string, string>> = {
  '1': 'Talk',
  '2': 'User',
  '3': 'User_talk',
  '4': 'Project',
  '5': 'Project_talk',
  '6': 'File',
  '7': 'File_talk',
  '8': 'MediaWiki',
  '9': 'MediaWiki_talk',
  '10': 'Template',
  '11': 'Template_talk',
  '12': 'Help',
  '13': 'Help_talk',
  '14': 'Category',
  '15': 'Category_talk',
  '828': 'Module',
  '829': 'Module_talk',
};

/** Returns a title as in AQS, with the canonical name of its namespace; a namespace without one gets its number. */
export function fullTitle(namespace: string, title: string): string {
  const text = title.replaceAll(' ', '_');
  if (text === '' || namespace === '0' || namespace === '') return text;
  return `${CANONICAL[namespace] ?? `Namespace_${namespace}`}:${text}`;
}
