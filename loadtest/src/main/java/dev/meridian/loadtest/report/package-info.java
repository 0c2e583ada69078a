/** What a run found, as a table, as JSON and as a page. */
package dev.meridian.loadtest.report;
