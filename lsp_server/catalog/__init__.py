"""What is known about both frameworks: inventories, rules, states, evidence. Knows no source code."""
