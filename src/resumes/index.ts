export { createExtractor, type Extractor, type ExtractorOptions } from './extract/extractor.js';
export { type ResumeDependencies, resumeHandlers } from './handlers.js';
