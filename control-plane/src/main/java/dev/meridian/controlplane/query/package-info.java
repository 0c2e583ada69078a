/** What may be asked of the state: reads of one view, which change nothing. */
package dev.meridian.controlplane.query;
