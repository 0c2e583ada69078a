/** Whether this process, node and region are well; evaluated in the background. */
package dev.meridian.node.health;
