/** How results, progress and questions reach the operator. */
package dev.meridian.controlplane.cli.output;
