/** The file of a backup of the metadata: how it is written, and how it is read when it is whole. */
package dev.meridian.backup;
