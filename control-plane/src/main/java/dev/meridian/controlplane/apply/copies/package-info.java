/** Where copies of blobs are, where policies want them, and what is missing there. */
package dev.meridian.controlplane.apply.copies;
