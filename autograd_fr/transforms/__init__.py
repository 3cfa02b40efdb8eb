"""Images made ready and varied: functions of arrays of images, under torchvision's names."""
