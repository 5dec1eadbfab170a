"""Every private name of another library that the agent touches, with its fall-back."""
