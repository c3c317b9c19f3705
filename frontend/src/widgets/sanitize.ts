/** Replaces sanitize-html in base-manager, which only uses it for HTML in descriptions. */
import DOMPurify from 'dompurify';

interface Options {
  allowedTags: string[];
  allowedAttributes: Record<string, string[]>;
}

export default function sanitize(html: string, { allowedTags, allowedAttributes }: Options): string {
  const attributes = Object.values(allowedAttributes).flat();
  return DOMPurify.sanitize(html, {
    ALLOWED_TAGS: allowedTags,
    ALLOWED_ATTR: attributes.filter((name) => !name.includes('*')),
    ALLOW_ARIA_ATTR: attributes.includes('aria-*'),
    ALLOW_DATA_ATTR: false,
  });
}
