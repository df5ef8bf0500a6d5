"""What readers of whole lines share: preparation, training on rendered lines, export, decoding."""
