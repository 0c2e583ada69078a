/** How load is put on targets in turn, and what is noted down meanwhile. */
package dev.meridian.loadtest.measure;
