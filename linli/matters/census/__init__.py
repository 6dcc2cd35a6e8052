"""入户登记核查 and 特殊群体台账: rounds from door to door, what they correct in the register, and who is looked after."""
