// The reader: nothing but the article pane, for pages where an article is opened without a citation.

export default function ({ data: [data], parentElement, setTriggerValue }) {
  const reader = sheetOf(parentElement);
  updateSheet(reader, data, setTriggerValue);
  updateArticle(reader, data.opened);
  return () => leaveSheet(reader);
}
