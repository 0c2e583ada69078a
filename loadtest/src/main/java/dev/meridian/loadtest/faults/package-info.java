/** Makes the regions of a cluster suffer, one fault after the other. */
package dev.meridian.loadtest.faults;
